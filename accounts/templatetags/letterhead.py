"""Offices under the names that stand on paper."""

from django import template

register = template.Library()

# What people say, and what the office is called.
IN_FULL = {
    "Kanwil": "Kantor Wilayah",
    "Ditjenpas": "Direktorat Jenderal Pemasyarakatan",
    "Lapas": "Lembaga Pemasyarakatan",
    "LPP": "Lembaga Pemasyarakatan Perempuan",
    "LPKA": "Lembaga Pembinaan Khusus Anak",
    "Rutan": "Rumah Tahanan Negara",
}


@register.filter
def in_full(name):
    """Lembaga Pemasyarakatan Kelas IIA Jember for Lapas Kelas IIA Jember."""
    return " ".join(IN_FULL.get(word, word) for word in str(name).split())
