"""Where the knee is: rooms of growing size on a real JupyterHub, all beginning 00 to 05 at once.

    python -m tests.benchmarks.hub [LEARNERS …]

Each row says what a bare kernel with ipywidgets needs under the same Hub, in the same minute.
"""

from __future__ import annotations

import os
import sys

from ..outside.hub import hub, room


def main() -> None:
    proxy = hub.proxy()
    for number in [int(one) for one in sys.argv[1:]] or [1, 5, 10, 20, 30]:
        with hub.running(proxy) as running:
            load = os.getloadavg()[0]  # whatever else the machine does
            print(f"{room.hold(running, number)}; load before {load:.1f} on {os.cpu_count()} cores", flush=True)


if __name__ == "__main__":
    main()
