"""Runs notebooks, all in one kernel: python run_notebooks.py FILE …; prints them as JSON.

One kernel, so that what they import is imported once; each begins without a name. A process of its
own, because the kernel's client leaves its sockets to the garbage collector.
"""

import json
import sys
import tempfile

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient


def main() -> None:
    """Print the notebooks as run."""
    manager = KernelManager(kernel_name="python3", transport="ipc")
    manager.start_kernel()
    done = []
    with tempfile.TemporaryDirectory() as folder:
        for path in sys.argv[1:]:
            notebook = nbformat.read(path, as_version=4)
            notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f\n%matplotlib inline"))
            place = {"metadata": {"path": folder}}
            NotebookClient(notebook, timeout=60, km=manager, resources=place).execute()
            del notebook.cells[0]
            done.append(notebook)
    manager.shutdown_kernel(now=True)
    sys.stdout.write(json.dumps(done))


if __name__ == "__main__":
    main()
