"""The manifest of an edition: `edition.toml` as a pydantic model that names every part, so that no file is read behind
its back.

Two kinds of parts. *Tables* are CSV files whose rows have a key (`inventory/edition/parts.py`); *declarations* are TOML
files (`methods`, `quality`). An edition that `extends` another states only the difference: its rows replace or join the
other's by key, `removed` names what goes, `replaces` the parts that it takes over whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SINGLE = ("categories", "report_lines", "fallbacks")
MANY = ("factors", "vocabulary", "gwp_tables")
NAME = "edition.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Strict):
    """A name in both languages."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class RoleNames(_Strict):
    """Which categories and parameters play a part that the product must know by meaning, never by number or name."""

    lucf: str = Field("", description="Land-use change and forestry: left out of the total without LUCF")
    combustion: str = Field(
        "", description="Combustion of fossil fuel: compared with the reference approach and with energy"
    )
    power: str = Field("", description="Power and heat plants: their emission belongs to users elsewhere as well")
    imported_power: str = Field("", description="Information item: indirect emission of electricity from outside")
    boundary: tuple[str, ...] = Field(
        (), description="Sources that stand or move across borders: looked at first when parts and whole differ"
    )
    sectors: Mapping[str, str] = Field(
        default_factory=dict, description="Sector name used in options and file names -> category"
    )
    gases: tuple[str, ...] = Field((), description="Gases and groups in the order of the forms")
    bunkers: Mapping[str, str] = Field(
        default_factory=dict, description="Domestic aviation or navigation -> the information item of what goes abroad"
    )
    coal_equivalent: str = Field("", description="Parameter: coal equivalent of a fuel, for total energy")
    standard_coal: str = Field("", description="Parameter: energy of standard coal")
    calorific_value: str = Field(
        "", description="Parameter: net calorific value, converts a fuel that has no coal equivalent of its own"
    )


class EditionManifest(_Strict):
    """`edition.toml`. Paths are relative to its folder; `../x` is shared between editions."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", description="Name of the edition, the same as its folder")]
    label: Label
    kind: Literal["province", "enterprise", "assessment", "city"] = Field(
        "province", description="Which product computes with it"
    )
    default: bool = Field(False, description="The edition taken when none is named, one of each kind")
    extends: str = Field(
        "", description="Edition that this one states the difference to: an id, or a folder beside this one"
    )
    replaces: tuple[str, ...] = Field((), description="Parts that are taken over whole instead of row by row")
    removed: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict, description="Keys of rows and ids of declarations that go, by part"
    )
    in_force: Mapping[str, int] = Field(
        default_factory=dict,
        description="Industry of enterprises -> first year from which this edition holds instead of the default one",
    )
    notice: Label | None = Field(
        None, description="Said on every page of what is made with it, such as that it is no guideline edition"
    )
    gwp: str = Field("SAR", description="GWP set in force unless another is named")
    categories: str = Field("", description="Category tree")
    report_lines: str = Field("", description="Lines of the filed tables")
    fallbacks: str = Field("", description="Declared substitutes, each with its reason")
    quality: str = Field("", description="Checks that belong to the guideline (TOML)")
    factors: tuple[str, ...] = Field((), description="Factor tables")
    methods: tuple[str, ...] = Field((), description="Quantities, parameters, choices, constraints and methods (TOML)")
    vocabulary: tuple[str, ...] = Field((), description="Words of the keys")
    gwp_tables: tuple[str, ...] = Field((), description="Tables of global warming potentials")
    tables: Mapping[str, str] = Field(default_factory=dict, description="All other tables, by name")
    unlisted: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Categories that a total of the printed form holds without a line, by `table line`",
    )
    roles: RoleNames = Field(
        default_factory=lambda: RoleNames.model_validate({}), description="Categories known by meaning"
    )

    def table_files(self) -> Iterator[tuple[str, str]]:
        """(part, file) of every table, in the manifest's order."""
        for part in SINGLE:
            if getattr(self, part):
                yield part, getattr(self, part)
        for part in MANY:
            yield from ((part, file) for file in getattr(self, part))
        yield from self.tables.items()

    def files(self) -> tuple[str, ...]:
        """Every file the manifest names."""
        return (*dict.fromkeys((*(f for _, f in self.table_files()), *self.methods, *filter(None, (self.quality,)))),)
