"""Composition root: ties the rooms together and starts them.

`python app.py` runs web, scheduler and demonstration on one machine; `python app.py COMMAND` is the command
line (`ioc`); `app:server` is for gunicorn. Nothing happens on import.
"""

from __future__ import annotations

import hashlib
import importlib
import logging
import os
import subprocess
import sys
from datetime import date, datetime
from functools import cache
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ioc.office import REGISTER, Chore, Office
from ioc.periods import VIETNAM
from ioc.settings import PROJECT, Settings, SettingsError
from ioc.site import Site
from ioc.supervisor import Child, Supervisor
from ioc.tether import knot, tethered

if TYPE_CHECKING:
    from flask import Flask

    from ioc.exports.subjects import Exports
    from ioc.jobs import Kind

FEED_SECONDS = 15.0


def open_office() -> Office:
    """The office of this environment. Raises SettingsError or SiteError."""
    import datasources

    settings = Settings.from_environment()
    return Office(
        settings, datasources.kinds(), chores=_chores(settings), make_jobs=job_kinds, make_exports=all_exports
    )


def job_kinds() -> dict[str, Kind]:
    """What a job can be, by name: one line for each room that has long work to do."""
    from ioc.exports.kind import export_kind
    from ioc.planning.task import PLAN, WORKBOOK

    kinds: tuple[Kind, ...] = (export_kind(all_exports()), PLAN, WORKBOOK)
    return {kind.name: kind for kind in kinds}


@cache
def all_exports() -> Exports:
    """What the face can export, and the writers that only other rooms may have."""
    from ioc.exports.subjects import Exports
    from layouts.exported import SUBJECTS
    from layouts.theme import palette

    def package(view: Any, dataset: Any, path: Path) -> None:
        from geodata.packages import write

        write(view, dataset, path)

    return Exports({subject.name: subject for subject in SUBJECTS}, palette("day"), {"gpkg": package})


def _chores(settings: Settings) -> tuple[Chore, ...]:
    """In a demonstration the feeder: life goes on in the source databases."""
    site = Site.load(settings.site)
    if not (site.head.demonstration and site.head.generator):
        return ()
    generator = importlib.import_module(site.head.generator)
    urls = source_urls(site, settings)
    return (Chore("feed", FEED_SECONDS, lambda: generator.feed(urls, datetime.now(VIETNAM))),)


def source_urls(site: Site, settings: Settings) -> dict[str, str]:
    """Where each source of the site is, secrets filled in."""
    return {
        spec.id: os.environ.get(spec.url_env or "") or (spec.url or "").format(data=settings.data)
        for spec in site.sources.values()
    }


def prepare(office: Office) -> None:
    """What must exist before the first page: register, map, tables and the demonstration's sources."""
    from geodata.publication import publish_register, publish_schematic

    site, settings = office.site, office.settings
    settings.data.mkdir(parents=True, exist_ok=True)
    made = _start_demonstration(site, settings)
    if not (settings.data / REGISTER).exists():
        click.echo("Đang lập danh mục đơn vị hành chính và bảng chuyển đổi…")
        publish_register(site, settings)
    if not (settings.data / "geo" / "current.json").exists():
        click.echo("Đang vẽ sơ đồ (chưa có ranh giới chính thức)…")
        publish_schematic(site, settings)
    office.warehouse.migrate()
    _import_demonstration_scores(office)
    if made is not None and made.wait() != 0:
        raise SettingsError("Không tạo được cơ sở dữ liệu minh họa; xem lỗi in ở trên.")


def _start_demonstration(site: Site, settings: Settings) -> subprocess.Popen[bytes] | None:
    """Begin making the source databases beside the rest, when there are none of this month yet."""
    if not (site.head.demonstration and site.head.generator):
        return None
    generator = importlib.import_module(site.head.generator)
    urls = source_urls(site, settings)
    month = datetime.now(VIETNAM).date().replace(day=1)
    if all((generator.generated_for(url) or date.min) >= month for url in urls.values()):
        return None
    click.echo("Đang tạo các cơ sở dữ liệu nguồn minh họa…")
    maker = [sys.executable, "-m", site.head.generator, "--data", str(settings.data)]
    return subprocess.Popen(tethered(maker), cwd=PROJECT, env={**os.environ, **knot()})


def _import_demonstration_scores(office: Office) -> None:
    """Hand in the generator's files of official scores by the import that an operator uses; a known file is skipped."""
    site = office.site
    if not (site.head.demonstration and site.head.generator):
        return
    from ioc.dispatch import now_utc
    from ioc.scoring.importing import import_scores

    generator = importlib.import_module(site.head.generator)
    folder, today = office.settings.data / "sources", datetime.now(VIETNAM).date()
    for index, path, document in generator.score_files(folder, today):
        if index in site.indices:
            import_scores(office, path, site.indices[index], document, "Bộ sinh dữ liệu minh họa", now_utc())


def build_id() -> str:
    """A short id of the code that runs: screens reload once when it changes."""
    digest = hashlib.sha256()
    for room in ("assets", "layouts", "ioc"):
        for path in sorted((PROJECT / room).rglob("*.*")):
            if path.suffix in (".py", ".js", ".css", ".toml"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def create_server(office: Office) -> Flask:
    """The whole web application for one worker."""
    from flask import Flask

    from ioc.bookshelf import Bookshelf
    from ioc.web import mount
    from ioc.web.drawn import Drawn
    from layouts.desk import House
    from layouts.face import create_dash

    server, build = Flask("ioc", static_folder=None), build_id()
    bookshelf = Bookshelf(office.warehouse, office.site, office.register)
    house = House(office, bookshelf, Drawn(office.settings.data).current, build)
    mount(server, office, bookshelf, build, create_dash(server, house))
    return server


def __getattr__(name: str) -> Any:
    """`app:server` for gunicorn, made when first asked for."""
    if name != "server":
        raise AttributeError(name)
    server = create_server(open_office())
    server.extensions["ioc.runner"].start()
    return server


def commands() -> click.Group:
    """The command line of every room."""
    from geodata.cli import geodata
    from ioc.alerts.commands import alerts
    from ioc.cli import cli
    from ioc.clusters.commands import clusters
    from ioc.crosswalk_command import crosswalk
    from ioc.fleet.commands import screens
    from ioc.holding.commands import holds
    from ioc.planning.commands import plan
    from ioc.quality.commands import quality
    from ioc.scoring.commands import scores
    from ioc.walls.commands import check

    cli.add_command(geodata)
    cli.add_command(alerts)
    cli.add_command(clusters)
    cli.add_command(crosswalk)
    cli.add_command(holds)
    cli.add_command(plan)
    cli.add_command(quality)
    cli.add_command(scores)
    cli.add_command(screens)
    screens.add_command(check)
    return cli


def run() -> None:
    """The main job: prepare, then web and scheduler side by side until told to stop."""
    from ioc.web.secret import signing_key

    office = open_office()
    settings = office.settings
    signing_key(settings, office.site.head.demonstration)  # refuse now, not in a worker that starts for ever
    prepare(office)
    script = str(PROJECT / "app.py")
    web = [
        sys.executable, "-m", "gunicorn", "app:server", "--pythonpath", str(PROJECT),
        "--bind", f"{settings.host}:{settings.port}", "--worker-class", "gthread",
        "--workers", str(settings.workers), "--threads", str(settings.threads),
        "--keep-alive", "30", "--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip
    click.echo(f"IOC {office.site.head.name.vi}: http://{settings.host}:{settings.port} (dừng bằng Ctrl+C)")
    Supervisor([Child("web", web), Child("scheduler", [sys.executable, script, "schedule"])]).run()


class _WithoutPandas(MetaPathFinder):
    """Says that pandas is not there: pyarrow would load it, for 0.3 seconds, only to ask what a list is."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        """Raise for pandas, leave every other module to the finders that follow."""
        if fullname == "pandas":
            raise ImportError(fullname)


def _extract() -> None:
    """A refresh process: the command of the same name, without loading the rest of the command line.

    Start-up is most of the work of a small source, and there are many small sources.
    """
    import datasources
    from ioc.tether import tie

    tie()
    sys.meta_path.insert(0, _WithoutPandas())
    from ioc.refresh.extract import child_main

    office = Office(Settings.from_environment(), datasources.kinds())
    source, run_id = sys.argv[2], int(sys.argv[4])
    sys.exit(child_main(office.site, office.register, office.settings, office.kinds, source, run_id))


def _job() -> None:
    """The process of one job; a runner in a web worker starts it."""
    from ioc.tether import tie

    tie()
    if sys.argv[3:4] == ["--light"]:
        sys.meta_path.insert(0, _WithoutPandas())
    from ioc.jobs.work import child_main

    sys.exit(child_main(open_office(), int(sys.argv[2])))


def main() -> None:
    """Without arguments the main job, otherwise the command line."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if sys.argv[1:2] == ["job"]:
        _job()
    refreshes = sys.argv[1:2] == ["extract"] and sys.argv[3:4] == ["--run"]
    if sys.argv[1:] and not refreshes:
        commands()(obj=open_office)
        return
    if not refreshes:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        _extract() if refreshes else run()
    except Exception as error:
        from ioc.cli import explain

        told = explain(error)
        if told is None:
            raise
        click.echo("\n".join(["Không khởi động được:", *told[1]]), err=True)
        sys.exit(told[0])


if __name__ == "__main__":
    main()
