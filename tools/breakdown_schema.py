"""Generator of docs/breakdown.schema.json: `python -m tools.breakdown_schema` prints it."""

from __future__ import annotations

import json
import sys

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from milimo_tui.story.commit.reading_file import ReadingFile


class _ShortSchema(GenerateJsonSchema):
    """A schema without default values and without titles of fields, which only repeat the names."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Return the schema of a value that has a default."""
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: object) -> bool:
        """Return False: no field has a title."""
        return False


def build_breakdown_schema() -> str:
    """Return the schema of files with a reading of a screenplay, as text."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(ReadingFile).json_schema(schema_generator=_ShortSchema),
        "title": "A reading of a screenplay",
    }
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def main() -> int:
    """Print the schema."""
    sys.stdout.write(build_breakdown_schema())
    return 0


if __name__ == "__main__":
    sys.exit(main())
