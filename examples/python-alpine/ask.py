"""Ask the service at localhost:8000 for sums nested as deep as each argument says."""

import http.client
import sys

for depth in map(int, sys.argv[1:]):
    expression = '{"op": "+", "of": [1, ' * depth + "1" + "]}" * depth
    connection = http.client.HTTPConnection("localhost", 8000)
    try:
        connection.request("POST", "/", expression)
        answer = connection.getresponse()
        print(depth, answer.status, answer.read().decode().strip())  # noqa: T201
    except OSError as error:
        print(depth, error)  # noqa: T201
    finally:
        connection.close()
