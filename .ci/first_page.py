"""Start `打开.sh` of an unpacked zip on a project and fetch its first screens: `first_page.py PLACE`."""

import http.cookiejar
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

place = Path(sys.argv[1])
subprocess.run(["sh", str(place / "清单" / "install.sh")], check=True, timeout=600)
begun = time.perf_counter()
process = subprocess.Popen(
    ["sh", str(place / "清单" / "打开.sh"), str(place / "江苏 项目"), "--no-browser"], stdout=subprocess.PIPE, text=True
)
late = threading.Timer(300, process.kill)  # no reading of its output waits longer
late.daemon = True
late.start()
try:
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
    )
    page = opener.open(address, timeout=120).read().decode("utf-8")
    print(f"page ready {time.perf_counter() - begun:.1f} s after the start")
    assert "能源平衡表2010.csv" in page
    origin = "/".join(address.split("/")[:3])
    assert "<table" in opener.open(f"{origin}/inventory", timeout=120).read().decode("utf-8")
finally:
    late.cancel()
    process.terminate()
    process.wait(timeout=60)
