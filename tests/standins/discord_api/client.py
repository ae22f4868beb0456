"""What a person's Discord client sends for an act, and what it would not let them do.

Builds the payloads of commands, components and modals out of what the bot registered or showed.
"""

from __future__ import annotations

from typing import Any

from ..recording import DriverError, Json
from .rules import LABEL, ROW, SELECTS, TEXT_INPUT, walk
from .world import ALL_PERMISSIONS, Guild, World

SCALARS: dict[int, type | tuple[type, ...]] = {3: str, 4: int, 5: bool, 10: (int, float)}
USER, CHANNEL = 6, 7
SELECT_KIND = {5: USER, 8: CHANNEL}


class Client:
    """The client of one person in one place."""

    def __init__(self, world: World, user: Json, guild: Guild | None, channel: Json) -> None:
        self.world, self.user, self.guild, self.channel = world, user, guild, channel
        self.resolved: Json = {}

    # -- commands
    def command(self, name: str, kind: int = 1) -> Json:
        """The registered command of this (or this localised) name, if this person may use it here."""
        scopes = [self.guild.id, None] if self.guild else [None]
        known = [c for scope in scopes for c in self.world.commands.get(scope, {}).values()]
        for c in known:
            names = {c["name"], *(c.get("name_localizations") or {}).values()}
            if c["type"] == kind and name in names:
                self._check_visible(c)
                return c
        have = ", ".join(sorted(c["name"] for c in known)) or "none"
        raise DriverError(f"the bot registered no command {name!r} (has: {have})")

    def _check_visible(self, command: Json) -> None:
        here = self.world.context(self.channel)
        contexts = command.get("contexts")
        if (contexts and here not in contexts) or (not self.guild and command["dm_permission"] is False):
            places = ("servers", "direct messages", "chats of others")
            raise DriverError(f"/{command['name']} is not available in {places[here]}")
        owners = self.world.owners(self.user["id"], self.channel)
        if not owners.keys() & set(map(str, command["integration_types"])):
            raise DriverError(f"/{command['name']}: no installation lets {self.user['username']} use it here")
        needed = command["default_member_permissions"]
        have = self.world.permissions(self.guild, self.channel, self.user["id"])
        if not self.guild or needed is None or have == ALL_PERMISSIONS:
            return
        if int(needed) == 0 or have & int(needed) != int(needed):
            raise DriverError(f"{self.user['username']} may not use /{command['name']}")

    def command_data(self, name: str, given: Json, focused: str | None = None) -> tuple[Json, int]:
        """-> (interaction data of "command [group] [subcommand]", type of the focused option)."""
        first, *rest = name.split()
        command = self.command(first)
        specs, path = command["options"], []
        for step in rest:
            node = next((o for o in specs if o["name"] == step and o["type"] in (1, 2)), None)
            if node is None:
                raise DriverError(f"/{name}: no subcommand {step!r}")
            path.append(node)
            specs = node.get("options", [])
        if any(o["type"] in (1, 2) for o in specs):
            raise DriverError(f"/{name} needs a subcommand: {[o['name'] for o in specs]}")
        options = self._options(specs, given, focused)
        kind = next((o["type"] for o in options if o.get("focused")), 3)
        for node in reversed(path):
            options = [{"name": node["name"], "type": node["type"], "options": options}]
        data: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
        data |= {"guild_id": command["guild_id"]} if "guild_id" in command else {}
        return data | ({"resolved": self.resolved} if self.resolved else {}), kind

    def _options(self, specs: list[Json], given: Json, focused: str | None) -> list[Json]:
        strange = set(given) - {o["name"] for o in specs}
        if strange:
            raise DriverError(f"unknown option(s) {sorted(strange)}; there are {[o['name'] for o in specs]}")
        missing = [o["name"] for o in specs if o.get("required") and o["name"] not in given]
        if missing and focused is None:
            raise DriverError(f"option {missing[0]!r} is required")
        out: list[Json] = []
        for o in specs:
            if o["name"] not in given:
                continue
            entry: Json = {"name": o["name"], "type": o["type"]}
            if o["name"] == focused:
                out.append(entry | {"value": str(given[o["name"]]), "focused": True})
            else:
                out.append(entry | {"value": self._value(o, given[o["name"]])})
        return out

    def _value(self, o: Json, value: Any) -> Any:
        kind, name = o["type"], o["name"]
        if kind not in SCALARS:
            return self.resolve(kind, value)
        if not isinstance(value, SCALARS[kind]) or (isinstance(value, bool) and kind != 5):
            raise DriverError(f"option {name!r} wants type {kind}, got {value!r}")
        if o.get("choices") and value not in [c["value"] for c in o["choices"]]:
            raise DriverError(f"{value!r} is not a choice of {name!r}")
        size: Any = len(value) if isinstance(value, str) else value
        low, high = ("min_length", "max_length") if kind == 3 else ("min_value", "max_value")
        if not o.get(low, size) <= size <= o.get(high, 6000 if kind == 3 else size):
            raise DriverError(f"option {name!r}: {size} is outside its limits")
        return value

    def resolve(self, kind: int, value: Json) -> str:
        """Note the object behind a chosen person or channel; answers its id."""
        ident, permissions = str(value["id"]), str(self.world.permissions(self.guild, self.channel, value["id"]))
        if kind == USER:
            self._note("users", ident, value)
            member = self.guild.members.get(ident) if self.guild else None
            if member:
                about = {k: v for k, v in member.items() if k not in ("user", "deaf", "mute")}
                self._note("members", ident, about | {"permissions": permissions})
        elif kind == CHANNEL:
            permissions = str(self.world.permissions(self.guild, value, self.user["id"]))
            about = {key: value.get(key) for key in ("id", "name", "type", "parent_id")}
            self._note("channels", ident, about | {"permissions": permissions})
        else:
            raise DriverError(f"options of type {kind} are not modelled")
        return ident

    def _note(self, table: str, ident: str, value: Json) -> None:
        self.resolved.setdefault(table, {})[ident] = value

    # -- components and modals
    def select(self, component: Json, values: list[Any]) -> Json:
        """The chosen values of a select menu: strings, or the objects of people, roles and channels."""
        name = component["custom_id"]
        if not component["min_values"] <= len(values) <= component["max_values"]:
            limits = f"{component['min_values']}-{component['max_values']}"
            raise DriverError(f"{name!r} takes {limits} values")
        if component["type"] != 3:
            ids = [self.resolve(SELECT_KIND[component["type"]], v) for v in values]
            return {"values": ids, "resolved": self.resolved}
        known = [o["value"] for o in component["options"]]
        if strange := [v for v in values if v not in known]:
            raise DriverError(f"{strange} not among the options {known}")
        return {"values": values}

    def fill(self, modal: Json, given: Json) -> Json:
        """Interaction data of a submitted modal; fields by custom_id or label."""
        left = dict(given)

        def answer(c: Json, label: str | None) -> Json:
            key = next((k for k in (c["custom_id"], label) if k in left), None)
            return self._field(c, left.pop(key) if key else None)

        filled: list[Json] = []
        for top in modal["components"]:
            if top["type"] == LABEL:
                filled.append({"type": LABEL, "component": answer(top["component"], top["label"])})
            elif top["type"] == ROW:
                inner = [answer(c, c.get("label")) for c in top["components"]]
                filled.append({"type": ROW, "components": inner})
            else:
                filled.append({"type": top["type"]})
        if left:
            raise DriverError(f"the modal has no field {sorted(left)}")
        for serial, component in enumerate(walk(filled), 1):
            component["id"] = serial
        return {"custom_id": modal["custom_id"], "components": filled}

    def _field(self, c: Json, value: Any) -> Json:
        out: Json = {"type": c["type"], "custom_id": c["custom_id"]}
        required = c.get("required") is not False
        if c["type"] in SELECTS:
            set_limits = {k: c[k] for k in ("min_values", "max_values") if c.get(k) is not None}
            limits = {"min_values": int(required), "max_values": 1} | set_limits
            values = value if isinstance(value, list) else [value] if value is not None else []
            return out | self.select(c | limits, values)
        if c["type"] != TEXT_INPUT:
            raise DriverError(f"a modal field of type {c['type']} is not modelled")
        text = (c.get("value") or "") if value is None else value
        if required and not text:
            raise DriverError(f"modal field {c['custom_id']!r} is required")
        if text and not (c.get("min_length") or 0) <= len(text) <= (c.get("max_length") or 4000):
            raise DriverError(f"modal field {c['custom_id']!r}: length {len(text)} is outside its limits")
        return out | {"value": text}
