"""Commands on film templates: list, save and delete them."""

from __future__ import annotations

from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Project
from milimo_tui.studio.project import templates
from milimo_tui.studio.project.film_formats import classify_shape
from milimo_tui.studio.project.film_rows import is_current_film
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio

TEMPLATE_COLUMNS = ("name", "size", "rate", "coverage", "style", "about", "own")


def _list_templates(studio: Studio, args: NoArgs) -> Outcome:
    built_in = {id(each) for each in templates.BUILT_IN}
    rows = [
        {
            **each.model_dump(mode="json"),
            "size": f"{each.width}x{each.height}",
            "format": classify_shape(each.width, each.height),
            "own": id(each) not in built_in,
        }
        for each in templates.list_templates(studio.home)
    ]
    return Outcome(data=rows, columns=TEMPLATE_COLUMNS)


class TemplateSaveArgs(Args):
    name: str = arg(description="name of the template", longest=100)
    about: str = arg("", description="description of the template", longest=200, one_line=True)
    film: str = arg("", description="a film: its name, folder or id (default: the current one)")


def _save_template(studio: Studio, args: TemplateSaveArgs) -> Outcome:
    name = check_name(args.name, "a template")
    kept = templates.save_template(
        studio.home, name, args.about.strip(), _read_project_values(studio, args.film)
    )
    return Outcome(
        data=kept.model_dump(mode="json"),
        message=f"saved as “{name}”: milimo project new NAME --template {name!r}",
    )


def _read_project_values(studio: Studio, name: str) -> Project:
    """Return the project values of the film `name`, or of the open film if the name is empty.

    Raises NotFound, Ambiguous, Unavailable.
    """
    if not name or is_current_film(studio, paths := studio.find_project(name)):
        return studio.require_project().load_story().project
    with ProjectFile.open(paths) as file:
        return file.load_story().project


class TemplateNameArgs(Args):
    name: str = arg(description="a template of your own")


def _delete_template(studio: Studio, args: TemplateNameArgs) -> Outcome:
    templates.delete_template(studio.home, args.name)
    return Outcome(data={"name": args.name}, message=f"deleted the template “{args.name}”")


TEMPLATES = (
    Command(
        "project.template.list",
        "List templates",
        "list the templates for new films",
        _list_templates,
        cli="project template list",
    ),
    Command(
        "project.template.save",
        "Save as a template",
        "save the settings of this film as a template",
        _save_template,
        TemplateSaveArgs,
        cli="project template save",
        positional=("name",),
    ),
    Command(
        "project.template.delete",
        "Delete template",
        "delete a template of your own",
        _delete_template,
        TemplateNameArgs,
        cli="project template delete",
        positional=("name",),
    ),
)
