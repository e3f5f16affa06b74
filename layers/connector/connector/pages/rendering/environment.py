"""Jinja2 with the templates, in one language.

The layer contains the templates as modules, because Lambda would compile them again at each cold start. The layer's
Makefile runs `python -m connector.pages.rendering.environment` to compile them. A checkout reads `templates/`.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, ModuleLoader, StrictUndefined

from connector.pages.rendering.languages import LANGUAGES, translations

TEMPLATES = Path(__file__).parent / "templates"
COMPILED = Path(__file__).parent / "compiled"


@cache
def environment(language: str) -> Environment:
    """Return the environment whose templates say their words in `language`."""
    made = Environment(
        loader=ModuleLoader(COMPILED) if COMPILED.exists() else FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(  # type: ignore[attr-defined]  # added by the i18n extension
        translations(language), newstyle=True
    )
    return made


def compile_templates(folder: Path) -> None:
    """Write each template as a Python module into `folder`. The words stay calls: one module serves all languages."""
    environment(LANGUAGES[0]).compile_templates(folder, zip=None, ignore_errors=False)


if __name__ == "__main__":
    compile_templates(COMPILED)
