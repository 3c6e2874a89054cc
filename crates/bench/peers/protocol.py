"""How these scripts talk: they say which versions they use, then answer requests, each in a line of JSON."""

import json
import sys


def serve(versions, answer):
    print(json.dumps(versions), flush=True)
    for request in sys.stdin:
        print(json.dumps(answer(json.loads(request))), flush=True)
