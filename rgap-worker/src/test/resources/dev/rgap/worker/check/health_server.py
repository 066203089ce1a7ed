"""A gRPC server with the health service of grpc.health.v1, its messages byte by byte.

Says on which port it listens; serves until its input ends. With a key and a certificate: by TLS.
"""
import sys
from concurrent import futures
import grpc

STATES = {b"": b"\x08\x01", b"\x0a\x04well": b"\x08\x01", b"\x0a\x03ill": b"\x08\x02", b"\x0a\x05empty": b""}


def check(request, context):
    if request == b"\x0a\x04down":
        context.abort(grpc.StatusCode.UNAVAILABLE, "the disk is full")
    if request not in STATES:
        context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
    return STATES[request]


server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
methods = {"Check": grpc.unary_unary_rpc_method_handler(check)}
if sys.argv[1] == "health":
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("grpc.health.v1.Health", methods),))
if len(sys.argv) > 2:
    with open(sys.argv[2], "rb") as key, open(sys.argv[3], "rb") as certificate:
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key.read(), certificate.read())]))
else:
    port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
sys.stdin.read()
server.stop(0)
