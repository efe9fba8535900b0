import re
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.models import Facility
from accounts.scope import ScopedQuerySet
from programs.models import Batch


def photo_path(inmate, filename):
    """A name that tells nothing; pictures are kept as JPEG, whatever came."""
    return f"photos/{uuid4().hex}.jpg"


class InmateQuerySet(ScopedQuerySet):
    def within_classes(self, assignment):
        """An instructor's own classes; of them she may see names and photos."""
        return self.filter(
            enrollments__batch__in=Batch.objects.within_classes(assignment)
        ).distinct()

    def present(self):
        """Not released, not moved: those whom lists show."""
        return self.filter(departed_on=None)

    def departed(self):
        return self.exclude(departed_on=None)

    def in_training(self):
        """Taking part in a class that is not over."""
        return self.filter(pk__in=_in_training())

    def never_trained(self):
        return self.filter(enrollments=None)

    def trained_since(self, day):
        """There at a meeting at least once from `day` on."""
        there = Inmate.objects.filter(
            enrollments__attendances__code__in=["H", "T"],
            enrollments__attendances__session__takes_place_on__gte=day,
        )
        return self.filter(pk__in=there.values("pk"))

    def matching(self, query):
        return self.filter(Q(name__icontains=query) | Q(register_number__icontains=query))

    def with_trainings(self):
        """`training_count` and `is_in_training`."""
        return self.annotate(
            training_count=Count("enrollments", distinct=True),
            is_in_training=Case(When(pk__in=_in_training(), then=True), default=False),
        )

    def blocks(self):
        """The blocks in which they live, without their cells: Blok A for Blok A/3."""
        units = self.exclude(housing_unit="").order_by().values_list("housing_unit", flat=True)
        return sorted({unit.partition("/")[0].strip() for unit in units.distinct()})

    def in_block(self, block):
        return self.filter(housing_unit__regex=rf"^{re.escape(block)}\s*(/|$)")

    def not_in(self, batch):
        """Of the batch's facility, and not yet taking part in it."""
        return self.filter(facility=batch.facility_id).exclude(enrollments__batch=batch)


def _in_training():
    """The keys of those who take part in a class that is not over."""
    in_class = Inmate.objects.filter(
        enrollments__ended_on=None, enrollments__batch__state__in=Batch.UNDER_WAY
    )
    return in_class.values("pk")


class Inmate(models.Model):
    """A Warga Binaan. The offence and the NIK are never stored (UU 27/2022)."""

    class Sex(models.TextChoices):
        MALE = "L", _("Laki-laki")
        FEMALE = "P", _("Perempuan")

    class RegisterClass(models.TextChoices):
        BI = "B.I", "B.I"
        BIIA = "B.IIa", "B.IIa"
        BIIB = "B.IIb", "B.IIb"
        BIII = "B.III", "B.III"
        AI = "A.I", "A.I"
        AII = "A.II", "A.II"
        AIII = "A.III", "A.III"
        AIV = "A.IV", "A.IV"
        AV = "A.V", "A.V"

    class Source(models.TextChoices):
        ROSTER = "roster", _("berkas SDP")
        OFFICER = "officer", _("diketik petugas")

    class Departure(models.TextChoices):
        RELEASED = "released", _("Bebas")
        TRANSFERRED = "transferred", _("Mutasi")
        DIED = "died", _("Meninggal")
        MISTAKEN = "mistaken", _("Salah catat")
        OTHER = "other", _("Lainnya")

    RESTRICTED_FIELDS = (
        "register_class",
        "housing_unit",
        "one_third_on",
        "half_on",
        "two_thirds_on",
        "expires_on",
        "expected_release_on",
        "disciplined_until",
    )

    facility = models.ForeignKey(Facility, models.PROTECT, related_name="inmates")
    register_number = models.CharField(
        _("no. register"), max_length=40, help_text=_("Misalnya B.I 214/2025.")
    )
    name = models.CharField(_("nama"), max_length=120)
    sex = models.CharField(_("jenis kelamin"), max_length=1, choices=Sex)
    born_on = models.DateField(_("tanggal lahir"), null=True, blank=True)
    register_class = models.CharField(
        _("golongan"), max_length=6, choices=RegisterClass, blank=True
    )
    housing_unit = models.CharField(_("blok/kamar"), max_length=40, blank=True)
    one_third_on = models.DateField(_("1/3 masa pidana"), null=True, blank=True)
    half_on = models.DateField(_("1/2 masa pidana"), null=True, blank=True)
    two_thirds_on = models.DateField(_("2/3 masa pidana"), null=True, blank=True)
    expires_on = models.DateField(_("ekspirasi"), null=True, blank=True)
    expected_release_on = models.DateField(_("perkiraan bebas"), null=True, blank=True)
    disciplined_until = models.DateField(_("Register F sampai"), null=True, blank=True)
    facts_from = models.CharField(_("sumber data"), max_length=7, choices=Source, blank=True)
    facts_on = models.DateField(_("data per"), null=True, blank=True)
    photo = models.FileField(_("foto"), upload_to=photo_path, blank=True)
    departed_on = models.DateField(_("keluar pada"), null=True, blank=True)
    departure = models.CharField(_("cara keluar"), max_length=11, choices=Departure, blank=True)
    destination = models.CharField(_("pindah ke"), max_length=120, blank=True)

    objects = InmateQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["facility", "departed_on"])]
        verbose_name = _("warga binaan")
        constraints = [
            models.UniqueConstraint(
                name="inmate_register_number_once_per_facility",
                fields=["facility", "register_number"],
                violation_error_code="register_number",
                violation_error_message=_("No. register ini sudah terdaftar."),
            ),
            models.CheckConstraint(
                name="inmate_sentence_dates_in_order",
                condition=Q(one_third_on=None)
                | Q(two_thirds_on=None)
                | Q(two_thirds_on__gte=F("one_third_on")),
                violation_error_code="two_thirds_on",
                violation_error_message=_("2/3 masa pidana tidak mungkin sebelum 1/3."),
            ),
            models.CheckConstraint(
                name="inmate_departed_on_and_how_together",
                condition=Q(departed_on=None, departure="")
                | Q(departed_on__isnull=False) & ~Q(departure=""),
                violation_error_code="departure",
                violation_error_message=_("Tanggal keluar dan caranya diisi bersama."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("participants:inmate_detail", args=[self.pk])

    @property
    def is_disciplined(self):
        return self.disciplined_until is not None and self.disciplined_until >= timezone.localdate()

    @property
    def age(self):
        """In whole years, or None."""
        if self.born_on is None:
            return None
        today = timezone.localdate()
        had_birthday = (today.month, today.day) >= (self.born_on.month, self.born_on.day)
        return today.year - self.born_on.year - (not had_birthday)

    @property
    def initials(self):
        words = self.name.split()
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()

    @property
    def short_register(self):
        """The last digits before the year, all that an instructor sees of a register number: …214."""
        head = self.register_number.rpartition("/")[0] or self.register_number
        return "…" + "".join(sign for sign in head if sign.isdigit())[-3:]


class OfInmateQuerySet(ScopedQuerySet):
    facility_path = "inmate__facility"


class Finding(models.Model):
    """What a doctor or a teacher found about somebody: fit or not, schooled how far. Never a diagnosis."""

    class Kind(models.TextChoices):
        HEALTH = "health", _("Kesehatan")
        EDUCATION = "education", _("Pendidikan")

    class Value(models.TextChoices):
        FIT = "fit", _("Layak ikut pelatihan")
        UNFIT = "unfit", _("Belum layak ikut pelatihan")
        NONE = "0", _("Tidak sekolah")
        PRIMARY = "1", _("SD/Paket A")
        LOWER = "2", _("SMP/Paket B")
        UPPER = "3", _("SMA/SMK/Paket C")
        HIGHER = "4", _("Diploma atau lebih")

    VALUES = {
        Kind.HEALTH: [Value.FIT, Value.UNFIT],
        Kind.EDUCATION: [Value.NONE, Value.PRIMARY, Value.LOWER, Value.UPPER, Value.HIGHER],
    }

    inmate = models.ForeignKey(Inmate, models.PROTECT, related_name="findings")
    kind = models.CharField(_("tentang"), max_length=9, choices=Kind)
    value = models.CharField(_("hasil"), max_length=5, choices=Value)
    source = models.CharField(
        _("sumber"), max_length=120, help_text=_("Misalnya dokter klinik, atau ijazah.")
    )
    found_on = models.DateField(_("tanggal penilaian"))
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = OfInmateQuerySet.as_manager()

    class Meta:
        ordering = ["-found_on", "-pk"]
        verbose_name = _("penilaian")
        constraints = [
            models.CheckConstraint(
                name="finding_value_fits_its_kind",
                condition=Q(kind="health", value__in=["fit", "unfit"])
                | Q(kind="education", value__in=["0", "1", "2", "3", "4"]),
                violation_error_code="value",
                violation_error_message=_("Pilih hasil yang sesuai dengan jenis penilaian."),
            ),
        ]

    def __str__(self):
        return f"{self.inmate}: {self.get_value_display()}"


class Activity(models.Model):
    """Something else that a person does every week at an hour: work in the kitchen, Paket C, court."""

    inmate = models.ForeignKey(Inmate, models.PROTECT, related_name="activities")
    title = models.CharField(_("kegiatan"), max_length=120)
    weekday = models.PositiveSmallIntegerField(
        _("hari"), choices=[(day + 1, name) for day, name in WEEKDAYS.items()]
    )
    starts_at = models.TimeField(_("mulai"))
    ends_at = models.TimeField(_("selesai"))
    starts_on = models.DateField(_("sejak"))
    ends_on = models.DateField(_("sampai"), null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    objects = OfInmateQuerySet.as_manager()

    class Meta:
        ordering = ["weekday", "starts_at"]
        verbose_name = _("kegiatan lain")
        constraints = [
            models.CheckConstraint(
                name="activity_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_code="ends_at",
                violation_error_message=_("Jam selesai harus sesudah jam mulai."),
            ),
            models.CheckConstraint(
                name="activity_days_in_order",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_code="ends_on",
                violation_error_message=_("Hari terakhir tidak mungkin sebelum hari pertama."),
            ),
            models.CheckConstraint(
                name="activity_weekday_is_a_day",
                condition=Q(weekday__range=(1, 7)),
                violation_error_code="weekday",
                violation_error_message=_("Pilih harinya."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_over(self):
        return self.ends_on is not None and self.ends_on < timezone.localdate()


class SeparationQuerySet(ScopedQuerySet):
    facility_path = "first__facility"

    def in_force(self):
        return self.filter(ended_at=None)


class Separation(models.Model):
    """Two people who must not meet. Why is never stored; `first` has the smaller key."""

    first = models.ForeignKey(Inmate, models.PROTECT, related_name="+")
    second = models.ForeignKey(Inmate, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SeparationQuerySet.as_manager()

    class Meta:
        verbose_name = _("pemisahan")
        constraints = [
            models.CheckConstraint(
                name="separation_smaller_key_first",
                condition=Q(first__lt=F("second")),
                violation_error_message=_("Pilih dua orang yang berbeda."),
            ),
            models.UniqueConstraint(
                name="separation_once_per_pair",
                fields=["first", "second"],
                condition=Q(ended_at=None),
                violation_error_message=_("Pemisahan ini sudah tercatat."),
            ),
        ]

    def __str__(self):
        return f"{self.first} / {self.second}"
