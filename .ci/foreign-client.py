"""Looks at a program that asks for a token, for TLS, and for certificates.

    foreign-client.py FOLDER PROGRAM

FOLDER has the generated code, the certificates and the token; see foreign-client.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

work, program = sys.argv[1:]
sys.path.insert(0, work)

import grpc
from taskmon.v1 import taskmon_pb2 as wire
from taskmon.v1 import taskmon_pb2_grpc as service


def content(name):
    with open(os.path.join(work, name), "rb") as file:
        return file.read()


def path(name):
    return os.path.join(work, name)


TOKEN = content("token").decode().strip()
WITH_TOKEN = [("authorization", "Bearer " + TOKEN)]
TLS = {"TASKMON_TLS_CERT": path("program.pem"), "TASKMON_TLS_KEY": path("program.key")}
AUTHORITY = content("ca.pem")


@contextlib.contextmanager
def running(settings):
    """The address of the program, run with these settings."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % free.getsockname()[1]
    environment = {**os.environ, "TASKMON_BIND": address, **settings}
    process = subprocess.Popen([program], env=environment, stdout=subprocess.DEVNULL)
    try:
        host, port = address.split(":")
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, "the program has ended"
                assert time.monotonic() < deadline, "the program does not listen"
                time.sleep(0.05)
        yield address
    finally:
        process.kill()
        process.wait()


def picture(channel, metadata):
    """The first whole picture: who it is, and how many tasks it has."""
    request = wire.WatchRequest(interval_millis=50, stacks=True)
    updates = service.TaskmonStub(channel).Watch(request, metadata=metadata, timeout=30)
    hello = next(updates).hello
    assert hello.process_name == "waits", hello
    tasks = set()
    for update in updates:
        tasks.update(task.key for task in update.page.tasks)
        if update.page.last:
            updates.cancel()
            return hello, len(tasks)


def refusal(channel, metadata):
    """The code and the words of what must not succeed."""
    try:
        picture(channel, metadata)
    except grpc.RpcError as error:
        return error.code(), error.details()
    raise AssertionError("it was let in")


def unheard(channel, metadata):
    call = channel.unary_unary("/taskmon.v1.Taskmon/Unheard")
    try:
        call(b"", metadata=metadata, timeout=30)
    except grpc.RpcError as error:
        return error.code(), error.details()
    raise AssertionError("there is no such call")


# A token over plain TCP.
with running({"TASKMON_TOKEN_FILE": path("token")}) as address:
    with grpc.insecure_channel(address) as channel:
        assert picture(channel, WITH_TOKEN)[1] > 0
        missing = refusal(channel, [])
        wrong = refusal(channel, [("authorization", "Bearer " + TOKEN[:-1] + "x")])
        assert missing[0] is grpc.StatusCode.UNAUTHENTICATED, missing
        assert missing == wrong == unheard(channel, []), (missing, wrong)
        assert unheard(channel, WITH_TOKEN)[0] is grpc.StatusCode.UNIMPLEMENTED
    metrics = urllib.request.Request("http://%s/metrics" % address)
    try:
        urllib.request.urlopen(metrics, timeout=30)
        raise AssertionError("metrics were let out")
    except urllib.error.HTTPError as error:
        assert error.code == 401, error
    metrics.add_header("Authorization", "Bearer " + TOKEN)
    assert b"taskmon_build_info" in urllib.request.urlopen(metrics, timeout=30).read()

# TLS, and a token in it.
with running({**TLS, "TASKMON_TOKEN_FILE": path("token")}) as address:
    trusted = grpc.ssl_channel_credentials(AUTHORITY)
    with grpc.secure_channel(address, trusted) as channel:
        assert picture(channel, WITH_TOKEN)[1] > 0
        assert refusal(channel, [])[0] is grpc.StatusCode.UNAUTHENTICATED
    untrusted = grpc.ssl_channel_credentials(content("client.pem"))
    with grpc.secure_channel(address, untrusted) as channel:
        assert refusal(channel, WITH_TOKEN)[0] is grpc.StatusCode.UNAVAILABLE

# Certificates of clients.
with running({**TLS, "TASKMON_TLS_CLIENT_CA": path("ca.pem")}) as address:
    known = grpc.ssl_channel_credentials(AUTHORITY, content("client.key"), content("client.pem"))
    with grpc.secure_channel(address, known) as channel:
        assert picture(channel, [])[1] > 0
    with grpc.secure_channel(address, grpc.ssl_channel_credentials(AUTHORITY)) as channel:
        assert refusal(channel, [])[0] is grpc.StatusCode.UNAVAILABLE

print("a foreign client gets in with what it must show, and not without")
