"""How the tests are shared among the processes of a run (`-n`): whole files, so that what a file prepares for its tests
(a service, a browser, a database, a workbook) is prepared once, not once a process."""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadFileScheduling


class WholeFiles(LoadFileScheduling):
    """As the library's own, in the order of the collection; but a test whose process ended is not begun again."""

    def __init__(self, config: Any, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def remove_node(self, node: Any) -> str | None:
        work = self.assigned_work[node]
        left = [(tests, test) for tests in work.values() for test, done in tests.items() if not done]
        if left:
            tests, test = left[0]
            tests[test] = True
        if len(left) > 1:
            super().remove_node(node)
        else:
            del self.assigned_work[node]
        return left[0][1] if left else None
