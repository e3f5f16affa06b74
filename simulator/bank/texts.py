# ruff: noqa: RUF001 - these languages use a typographic apostrophe
"""The bank's texts in the languages of its customers."""

from collections.abc import Mapping
from types import MappingProxyType

_LANGUAGES = ("en", "fr", "de", "es", "pt")

_TEXTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "user name": ("User name", "Nom d’utilisateur", "Benutzername", "Nombre de usuario", "Nome de utilizador"),
        "wrong": (
            "The user name or the password is not right",
            "Le nom d’utilisateur ou le mot de passe est incorrect",
            "Der Benutzername oder das Passwort stimmt nicht",
            "El nombre de usuario o la contraseña no son correctos",
            "O nome de utilizador ou a palavra-passe não estão corretos",
        ),
        "which factor": (
            "How do you want to confirm that it is you?",
            "Comment voulez-vous confirmer votre identité ?",
            "Wie möchten Sie bestätigen, dass Sie es sind?",
            "¿Cómo quiere confirmar su identidad?",
            "Como quer confirmar a sua identidade?",
        ),
        "code": (
            "A code by text message",
            "Un code par SMS",
            "Ein Code per SMS",
            "Un código por SMS",
            "Um código por SMS",
        ),
        "app": (
            "An approval in the bank’s app",
            "Une validation dans l’application",
            "Eine Freigabe in der App",
            "Una aprobación en la aplicación",
            "Uma aprovação na aplicação",
        ),
        "code hint": (
            "We have sent 6 digits to your phone",
            "Nous avons envoyé 6 chiffres sur votre téléphone",
            "Wir haben 6 Ziffern an Ihr Telefon gesendet",
            "Hemos enviado 6 cifras a su teléfono",
            "Enviámos 6 algarismos para o seu telemóvel",
        ),
        "wrong code": (
            "The code is not right",
            "Le code est incorrect",
            "Der Code stimmt nicht",
            "El código no es correcto",
            "O código não está correto",
        ),
        "refused": (
            "You refused in the app.",
            "Vous avez refusé dans l’application.",
            "Sie haben in der App abgelehnt.",
            "Lo ha rechazado en la aplicación.",
            "Recusou na aplicação.",
        ),
        "locked": (
            "Your access is locked. Call us and we will help.",
            "Votre accès est bloqué. Appelez-nous, nous vous aiderons.",
            "Ihr Zugang ist gesperrt. Rufen Sie uns an, wir helfen Ihnen.",
            "Su acceso está bloqueado. Llámenos y le ayudaremos.",
            "O seu acesso está bloqueado. Ligue-nos e ajudamos.",
        ),
    }
)


def text(key: str, locale: str) -> str:
    """Return a text in a language (BCP 47 tag), or in English if the bank does not have that language."""
    language = locale.partition("-")[0].lower()
    return _TEXTS[key][_LANGUAGES.index(language) if language in _LANGUAGES else 0]
