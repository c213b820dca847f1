"""Who is asking, and what they may see or do.

Owns identities, permissions and scopes. Every read of numbers takes a `Scope`, every act an `Identity`,
so that named users and narrowed rights can arrive without touching a page. For now every scope is open
and the identity is a demonstration role chosen in the header, on loopback only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What a route or callback asks for. PUBLIC needs no identity at all; WALL is what an enrolled screen may; EXPORT is to
    take numbers away in a file; SAVE to keep analyses under a name; PLAN to have investment plans made and kept.
    """

    PUBLIC = "public"
    WALL = "wall"
    VIEW = "view"
    EXPORT = "export"
    SAVE = "save"
    PRESENT = "present"
    PLAN = "plan"
    OPERATE = "operate"


class Role(StrEnum):
    """Roles of the mission."""

    LEADER = "leader"
    PLANNER = "planner"
    ANALYST = "analyst"
    OPERATOR = "operator"


_EVERYBODY = frozenset({Permission.PUBLIC, Permission.WALL, Permission.VIEW, Permission.EXPORT})
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.LEADER: _EVERYBODY | {Permission.PRESENT},
    Role.PLANNER: _EVERYBODY | {Permission.SAVE, Permission.PLAN},
    Role.ANALYST: _EVERYBODY | {Permission.SAVE},
    Role.OPERATOR: _EVERYBODY | {Permission.SAVE, Permission.PRESENT, Permission.PLAN, Permission.OPERATE},
}
SCREEN_GRANTS = frozenset({Permission.PUBLIC, Permission.WALL})
"""All that an enrolled screen may: fetch its own wall and the files that draw it."""


@dataclass(frozen=True)
class Identity:
    """Somebody who acts. `name` goes into the run table and later the audit log."""

    name: str
    role: Role

    def may(self, permission: Permission) -> bool:
        """Whether the role grants `permission`."""
        return permission in GRANTS[self.role]


@dataclass(frozen=True)
class ScreenIdentity(Identity):
    """An enrolled screen: no person, so the role it is made with grants it nothing."""

    device: int
    screen: str

    def may(self, permission: Permission) -> bool:
        """Whether a screen may at all."""
        return permission in SCREEN_GRANTS


SYSTEM = Identity("system", Role.OPERATOR)
"""The scheduler and the command line on the server itself."""


@dataclass(frozen=True)
class Scope:
    """The areas (dated ids) and KPIs a viewer may see; None means all. Base rule of a named scope: deny."""

    areas: frozenset[str] | None = None
    kpis: frozenset[str] | None = None

    def allows(self, kpi: str | None = None, area: str | None = None) -> bool:
        """Whether this KPI and this area are both visible."""
        return (kpi is None or self.kpis is None or kpi in self.kpis) and (
            area is None or self.areas is None or area in self.areas
        )

    def covers(self, other: Scope) -> bool:
        """Whether everything visible in `other` is visible here."""
        pairs = ((self.areas, other.areas), (self.kpis, other.kpis))
        return all(mine is None or (theirs is not None and theirs <= mine) for mine, theirs in pairs)

    @property
    def key(self) -> str:
        """A stable text for cache keys: equal scopes, equal keys."""
        parts = ("*" if found is None else ",".join(sorted(found)) for found in (self.areas, self.kpis))
        return "|".join(parts)


OPEN = Scope()
"""Everything: the only scope until rights arrive."""
