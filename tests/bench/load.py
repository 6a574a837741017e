"""Load tools beside each other, on one machine: the server on one core, the client on another."""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = int(os.environ.get("SECONDS_EACH", "4"))
CONNECTIONS = 50
SERVER_CORE, CLIENT_CORE = 0, 1 if (os.cpu_count() or 1) > 1 else 0
COUNTERSIGN = os.path.abspath(sys.argv[1])

LOCUSTFILE = """
from locust import FastHttpUser, task
class One(FastHttpUser):
    @task
    def one(self):
        self.client.get("/")
"""


class Server:
    """nginx with one worker, pinned."""

    def __init__(self, folder):
        self.port = 18480
        path = os.path.join(folder, "nginx.conf")
        with open(path, "w") as conf:
            conf.write(
                f"""
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 8192; }}
http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 120s;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{self.port} backlog=8192; location / {{ return 200 "hello, world\\n"; }} }} }}
"""
            )
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.master = subprocess.Popen(
            ["taskset", "-c", str(SERVER_CORE), nginx, "-c", path, "-p", folder],
            stderr=subprocess.DEVNULL,
        )
        time.sleep(1)
        children = f"/proc/{self.master.pid}/task/{self.master.pid}/children"
        self.workers = [int(pid) for pid in open(children).read().split()]
        self.url = f"http://127.0.0.1:{self.port}/"

    def freeze(self, after, lasts):
        """Stands still for a while."""

        def stand():
            time.sleep(after)
            for pid in self.workers:
                os.kill(pid, signal.SIGSTOP)
            time.sleep(lasts)
            for pid in self.workers:
                os.kill(pid, signal.SIGCONT)

        thread = threading.Thread(target=stand)
        thread.start()
        return thread

    def stop(self):
        self.master.terminate()
        self.master.wait()


def run(argv):
    """Runs a client pinned to its core: what it wrote, its processor time and its memory in MB."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(
            ["taskset", "-c", str(CLIENT_CORE), *argv],
            stdout=out,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )
        _, _, used = os.wait4(child.pid, 0)
        child.returncode = 0
        out.seek(0)
        text = out.read().decode(errors="replace")
    return text, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def millis(text):
    number, unit = re.match(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def of_wrk(text):
    tail = re.search(r"99%\s+(\S+)", text)
    done = re.search(r"(\d+) requests in", text)
    return int(done[1]), float(re.search(r"Requests/sec:\s+(\S+)", text)[1]), tail and millis(tail[1])


def of_h2load(text):
    done = re.search(r"(\d+) succeeded", text)
    return int(done[1]), float(re.search(r"([\d.]+) req/s", text)[1]), None


def of_hey(text):
    rate = float(re.search(r"Requests/sec:\s+(\S+)", text)[1])
    total = float(re.search(r"Total:\s+(\S+) secs", text)[1])
    tail = re.search(r"99% in (\S+) secs", text)
    return round(rate * total), rate, tail and float(tail[1]) * 1000


def of_oha(text):
    told = json.loads(text)
    done = sum(told["statusCodeDistribution"].values())
    return done, told["summary"]["requestsPerSec"], told["latencyPercentiles"]["p99"] * 1000


def of_autocannon(text):
    told = json.loads(text)
    return told["2xx"], told["requests"]["average"], told["latency"]["p99"]


def of_locust(text):
    told = json.loads(text)[0]
    times = told["response_times"]
    done, beyond = told["num_requests"], 0
    tail = None
    for took in sorted((float(t) for t in times), reverse=True):
        beyond += times.get(str(int(took)), times.get(str(took), 0))
        if tail is None and beyond >= done / 100:
            tail = took
    return done, done / max(told["last_request_timestamp"] - told["start_time"], 0.001), tail


def of_ours(text):
    told = json.loads(text)
    if "error" in told:
        sys.exit(f"countersign: {told['error']}")
    return told["counts"]["ok"], told["rates"]["ok"], told["latencyMs"]["corrected"].get("p99")


def ours(url, seconds, *pace):
    return [
        COUNTERSIGN, "--json", "load", url, *pace, "--duration", f"{seconds}s",
        "--warmup", "200ms", "--allow-host", "127.0.0.1",
    ]


def closed(url, seconds, folder):
    """Every tool in a closed loop of 50 connections: its words and how they are read."""
    c, s = str(CONNECTIONS), str(seconds)
    locustfile = os.path.join(folder, "one.py")
    with open(locustfile, "w") as text:
        text.write(LOCUSTFILE)
    return {
        "countersign": (ours(url, seconds, "--users", c), of_ours),
        "wrk": (["wrk", "--latency", "-t1", f"-c{c}", f"-d{s}s", url], of_wrk),
        "h2load": (["h2load", "--h1", "-t1", f"-c{c}", f"-D{s}", url], of_h2load),
        "oha": (
            ["oha", "-c", c, "-z", f"{s}s", "--no-tui", "--output-format", "json", url],
            of_oha,
        ),
        "hey": (["hey", "-c", c, "-z", f"{s}s", url], of_hey),
        "autocannon": (["autocannon", "-j", "-c", c, "-d", s, url], of_autocannon),
        "locust": (
            ["locust", "-f", locustfile, "--headless", "-u", c, "-r", c, "-t", f"{s}s",
             "-H", url.rstrip("/"), "--json", "--loglevel", "ERROR"],
            of_locust,
        ),
    }


def there(tools):
    for name in [name for name, (argv, _) in tools.items() if not shutil.which(argv[0])]:
        print(f"left out: {name} is not here")
        del tools[name]
    return tools


def table(tools):
    """Rounds that take turns; medians with the least and the most."""
    seen = {name: [] for name in tools}
    for _ in range(ROUNDS):
        for name, (argv, read) in tools.items():
            text, cpu, memory = run(argv)
            try:
                done, rate, _ = read(text)
            except (TypeError, ValueError, KeyError, IndexError) as error:
                print(f"{name} cannot be read: {error}")
                continue
            seen[name].append((rate, done / max(cpu, 0.001), memory))
    print(f"{'':14}{'requests/s':>12}{'least':>10}{'most':>10}{'per CPU s':>12}{'MB':>8}")
    medians = {}
    for name, rounds in seen.items():
        if not rounds:
            continue
        rates, per_cpu, memory = zip(*rounds)
        medians[name] = statistics.median(rates)
        print(
            f"{name:14}{medians[name]:12,.0f}{min(rates):10,.0f}{max(rates):10,.0f}"
            f"{statistics.median(per_cpu):12,.0f}{max(memory):8.0f}"
        )
    return medians


def speed(server, folder):
    print(f"\nClosed loop, {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS} s, server on core "
          f"{SERVER_CORE}, client on core {CLIENT_CORE}")
    medians = table(there(closed(server.url, SECONDS, folder)))
    for other, aim in [("oha", 1.0), ("wrk", 0.8)]:
        if other in medians:
            print(f"countersign is {medians['countersign'] / medians[other]:.2f} of {other} (aim {aim})")
    c = str(CONNECTIONS)
    print("\nOpen loop, corrected")
    tools = {
        f"at {rate // 1000}k/s": (
            ours(server.url, SECONDS, "--rate", f"{rate}/s", "--connections", c),
            of_ours,
        )
        for rate in (10_000, 40_000, 60_000)
    }
    if shutil.which("oha"):
        tools["oha at 40k/s"] = (
            ["oha", "-c", c, "-z", f"{SECONDS}s", "-q", "40000", "--latency-correction",
             "--no-tui", "--output-format", "json", server.url],
            of_oha,
        )
    table(tools)
    print("\nMemory at 1,000 connections (aim: at most 50 MB)")
    table({"countersign": (
        ours(server.url, SECONDS, "--rate", "5000/s", "--connections", "1000"), of_ours)})


def truth(server, folder):
    print("\nA server that stands still for 2 s of 10: is p99 < 500 ms, as the checklist asks?")
    tools = closed(server.url, 10, folder)
    tools["countersign"] = (
        ours(server.url, 10, "--rate", "1000/s", "--connections", str(CONNECTIONS),
             "--expect", "p99 < 500ms"),
        of_ours,
    )
    print(f"{'':14}{'p99 in ms':>12}  verdict")
    for name, (argv, read) in there(tools).items():
        frozen = server.freeze(4, 2)
        text, _, _ = run(argv)
        frozen.join()
        try:
            tail = read(text)[2]
        except (TypeError, ValueError, KeyError, IndexError):
            tail = None
        said = "says nothing of it" if tail is None else "pass" if tail < 500 else "fail"
        print(f"{name:14}{'' if tail is None else f'{tail:,.1f}':>12}  {said}")
    # Those who come at a fixed rate: a fifth is due meanwhile and waits up to 2 s; 1 % waits more
    # than 1.9 s.
    print(f"{'in truth':14}{1900:12,.1f}  fail")


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder)
        try:
            truth(server, folder)
            speed(server, folder)
        finally:
            server.stop()


main()
