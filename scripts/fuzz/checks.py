"""What schemathesis asks of each answer beside its own checks, and what it counts; told by the environment, read by main.ts."""

import atexit
import json
import os
from collections import Counter, defaultdict

import schemathesis

# Of the other organisation: names and ids that whoever asks may never read.
hidden = json.loads(os.environ["FUZZ_HIDDEN"])
# Addresses below which whoever asks may get nothing at all.
closed = os.environ.get("FUZZ_CLOSED")
statuses = defaultdict(Counter)


@schemathesis.check
def stays_in_its_organisation(ctx, response, case):
    sent = f"{response.request.url} {response.request.body!r}"
    text = response.content.decode("utf-8", "replace")
    told = [word for word in hidden if word in text and word not in sent]
    assert not told, f"It tells of another organisation: {', '.join(told)}"
    isClosed = closed and case.path.startswith(closed)
    assert not (isClosed and response.status_code < 400), "It answers whoever belongs to another organisation"


@schemathesis.hook
def after_call(context, case, response):
    statuses[f"{case.operation.method.upper()} {case.operation.path}"][str(response.status_code)] += 1


@atexit.register
def tell():
    with open(os.environ["FUZZ_COUNTS"], "w") as file:
        json.dump(statuses, file)
