"""The driver of confluent-kafka (librdkafka): a scenario a line on stdin, its observations as a line of JSON on stdout."""

import json
import sys
import traceback

from administration import administration
from compression import produce, read
from group import group
from scene import Scene
from topics import topics
from transactions import transactions

SCENARIOS = {
    "topics": topics,
    "produce": produce,
    "read": read,
    "group": group,
    "transactions": transactions,
    "administration": administration,
}


def main(bootstrap: str) -> None:
    for line in sys.stdin:
        name, prefix, *words = line.rstrip("\n").split(" ")
        answer = {"scenario": name}
        try:
            answer["observations"] = SCENARIOS[name](Scene(bootstrap, prefix), *words)
        except Exception:  # whatever it is, the other side is told of it
            answer["error"] = traceback.format_exc()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
