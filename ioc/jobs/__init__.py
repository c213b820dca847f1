"""Jobs: work too long for a web worker, done by a process of its own, followed and cancelled by whoever asked.

Owns the queue, who is next, the process and its limits, and the file that comes of it. Knows no kind of job: the
composition root hands the kinds in.
"""

from ioc.jobs.kinds import JobError, Kind, Made, Task

__all__ = ["JobError", "Kind", "Made", "Task"]
