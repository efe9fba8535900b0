"""The demo's prisons and their regional offices; nothing else in the demo has no service to make it."""

from accounts.models import Facility, Region

REGIONS = (
    ("JATIM", "Kanwil Ditjenpas Jawa Timur"),
    ("LAMPUNG", "Kanwil Ditjenpas Lampung"),
    ("BALI", "Kanwil Ditjenpas Bali"),
)
JEMBER, METRO, SINGARAJA = "LAPAS-JEMBER", "LAPAS-METRO", "LAPAS-SINGARAJA"
FACILITIES = (
    (JEMBER, "Lapas Kelas IIA Jember", Facility.Grade.IIA, "JATIM", "Jember", "WIB"),
    (METRO, "Lapas Kelas IIA Metro", Facility.Grade.IIA, "LAMPUNG", "Metro", "WIB"),
    (SINGARAJA, "Lapas Kelas IIB Singaraja", Facility.Grade.IIB, "BALI", "Singaraja", "WITA"),
)


def build():
    regions = {}
    for code, name in REGIONS:
        # A region knows no demo: it may be there for another reason.
        regions[code], _ = Region.objects.get_or_create(code=code, defaults={"name": name})
    for code, name, grade, region, city, zone in FACILITIES:
        facility = Facility(
            code=code,
            name=name,
            grade=grade,
            region=regions[region],
            city=city,
            # Made up, like the people.
            address="Jalan Contoh Nomor 1",
            timezone=Facility.Timezone[zone],
            sheet_days=None,
            is_demo=True,
        )
        facility.full_clean()
        facility.save()
