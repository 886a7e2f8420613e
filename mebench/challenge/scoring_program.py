"""Score a submission as Codabench calls it: ``python3 score.py INPUT OUTPUT``.

A bundle contains this file as ``score.py``. It runs with every version of Python 3, to say what is
missing.
"""

import sys

if __name__ == "__main__":
    try:
        from mebench.challenge.scoring import main
    except (ImportError, SyntaxError) as error:
        sys.exit(
            f"The Docker image of this challenge has no working mebench ({error}). Organizers: "
            "build it from the folder `docker` of the challenge."
        )
    sys.exit(main(sys.argv[1:]))
