"""How these scripts talk: they print their versions, then answer requests, each a line of JSON."""

import json
import sys

try:
    import resource
except ImportError:  # Windows
    resource = None


def peak_memory():
    """The most memory that this process has taken so far, in bytes; None where the system does not tell."""
    if resource is None:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def serve(versions, answer):
    print(json.dumps(versions), flush=True)
    for request in sys.stdin:
        print(json.dumps(answer(json.loads(request)) | {"peak_memory": peak_memory()}), flush=True)
