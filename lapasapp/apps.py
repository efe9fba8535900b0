from django.apps import AppConfig


class LapasAppConfig(AppConfig):
    name = "lapasapp"
