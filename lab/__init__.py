"""The lab: a page where a class sees that a membrane is an RC circuit.

The page itself lies in ``page``, as plain ES modules. Here is what Python gives it: the catalogue
and the netlists as JSON, the folder that a static host serves, and a server on loopback.
"""
