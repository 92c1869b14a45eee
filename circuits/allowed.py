"""The elements, cards, models and options that a deck may hold: one list for all who read decks.

What is on none of them is refused. The lists are what a transient analysis of a neuron needs; no
entry of them makes ngspice open a file or run a program.
"""

from __future__ import annotations

# By the letter that begins an element's name.
ELEMENTS = {
    "r": "resistor",
    "c": "capacitor",
    "l": "inductor",
    "k": "coupled inductors",
    "v": "voltage source",
    "i": "current source",
    "b": "behavioural source",
    "e": "voltage-controlled voltage source",
    "g": "voltage-controlled current source",
    "f": "current-controlled current source",
    "h": "current-controlled voltage source",
    "d": "diode",
    "q": "bipolar transistor",
    "m": "MOS transistor",
    "j": "JFET",
    "s": "voltage-controlled switch",
    "w": "current-controlled switch",
    "t": "transmission line",
    "x": "subcircuit",
}

# By the first word of a card.
CARDS = frozenset(
    {
        *(".param", ".csparam", ".func", ".global", ".if", ".elseif", ".else", ".endif"),
        *(".model", ".subckt", ".ends", ".ic", ".nodeset", ".temp", ".opt", ".option", ".options"),
        *(".tran", ".save", ".meas", ".measure", ".plot", ".print", ".width", ".title"),
    }
)

# XSPICE's models, some of which open files, are not among them; nor is "vdmosp", of which
# ngspice 39 dies (it wants "pchan" among the parameters).
MODEL_TYPES = frozenset(
    {
        *("r", "res", "c", "l", "sw", "csw", "d", "npn", "pnp", "njf", "pjf"),
        *("nmos", "pmos", "vdmos"),
    }
)

# The options whose values change the result, within the tolerances or beyond.
OPTIONS = frozenset(
    {
        *("reltol", "abstol", "vntol", "chgtol", "trtol", "gmin", "method", "maxord", "xmu"),
        *("pivtol", "pivrel", "itl1", "itl2", "itl3", "itl4", "itl5", "itl6", "gminsteps"),
        *("srcsteps", "rshunt", "cshunt", "minbreak", "temp", "tnom", "ramptime", "convstep"),
        *("convabsstep", "defl", "defw", "defad", "defas", "noopiter", "trytocompact"),
        *("bypass", "badmos3", "oldlimit", "rseries", "autostop", "klu", "sparse"),
    }
)
