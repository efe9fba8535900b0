from django.conf import settings
from django.core.management.base import BaseCommand

from lapasapp.demo import accounts


class Command(BaseCommand):
    help = "Print the demo accounts and their password; nothing where there is no demo data."

    def handle(self, *args, **options):
        rows = accounts.listed() if settings.DEBUG else []
        if not rows:
            return
        table = [("Nama pengguna", "Peran", "Tempat"), *rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for row in table:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())
        self.stdout.write(f"Kata sandi: {accounts.known_password()}")
