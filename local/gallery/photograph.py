"""Deploy the stack with each authenticator, and take every picture."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from local.chromium import ADVICE, find_chromium
from local.gallery import by_consent, by_oidc, by_steps
from local.gallery.album import DESKTOP, PHONE, Album, publish, write_index
from local.gallery.visit import Visit
from local.machine.errors import LocalError
from local.machine.ports import free_port
from local.machine.terminal import say
from local.machine.workspace import CHECKOUT, Workspace
from local.stack.bring_up import RunningStack, bring_up

REGIONS = {"en": "en-GB", "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "pt": "pt-PT"}
SCENES = {"steps": by_steps.SCENES, "oidc": by_oidc.SCENES, "consent": by_consent.SCENES}
BEST = (("start-embedded", DESKTOP), ("sign-in-wrong", PHONE), ("choice", PHONE), ("wait", PHONE), ("done", PHONE))
"""The pictures that the README shows."""


def photograph(workspace: Workspace, languages: Iterable[str]) -> Path:
    """Take every picture in these languages; return the page that shows them. Raises LocalError."""
    folder = workspace.directory / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    albums = [Album(folder, language) for language in languages]
    with _browser() as browser:
        for authenticator, scenes in SCENES.items():
            say(f"Deploying the stack with {authenticator}.")
            with bring_up(workspace, free_port(), Authenticator=authenticator) as running:
                # Every language of a scene before the next scene, because the last scenes break the stack.
                for scene in scenes:
                    for album in albums:
                        _take(browser, running, scene, album)
    return write_index(folder, albums)


def publish_best(workspace: Workspace) -> None:
    """Write the pictures of the README."""
    album = Album(workspace.directory / "gallery", "en")
    pictures = CHECKOUT / "docs" / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    for name, size in BEST:
        publish(album.path(name, size), pictures / f"{name}.png")


def _take(browser: Browser, running: RunningStack, scene: by_steps.Scene, album: Album) -> None:
    name = scene.__name__.replace("_", "-")
    say(f"  {album.language} {name}")
    context = browser.new_context(locale=REGIONS[album.language], device_scale_factor=2)
    visit = Visit(running, context)
    shown = scene(visit) or visit.page
    album.take(shown, name, (scene.__doc__ or name).rstrip("."))
    visit.end()
    context.close()


@contextmanager
def _browser() -> Iterator[Browser]:
    program = find_chromium(os.environ)
    if program is None:
        raise LocalError(ADVICE)
    # Chromium's sandbox cannot be set up by root.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        # For Chromium, a page from `Visit.show_redirect_body` is public, and may not load the logo from this machine.
        arguments = ["--disable-gpu", "--disable-features=LocalNetworkAccessChecks", *sandbox]
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()
