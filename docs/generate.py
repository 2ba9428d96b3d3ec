"""Makes the generated parts of the documentation: ``python docs/generate.py``.

With ``--check`` nothing is written: it says what is out of date, and exits with 1 if anything is. It needs the
development dependencies and Git.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from docs.generating.making import main

    sys.exit(main())
