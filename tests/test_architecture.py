"""The house rules that a machine can keep. Each guard is shown a break of its rule at the end."""

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.test.utils import isolate_apps
from django.urls import URLPattern, get_resolver, path
from django.utils import translation

from accounts.models import Assignment, Facility
from accounts.permissions import Permission, require
from tests.tree import LAYERS, ROOT, Module, ancestors, modules

# Models without a tenant: everybody who may open the page may see all of them.
SEEN_BY_ALL = {
    "accounts.Region": "an office's name",
    "accounts.User": "only admins manage accounts, of the whole nation",
    "programs.Tag": "a national aim's name",
}

# Views whose reader has no account, so that no scope can be asked.
READ_BY_STRANGERS = {
    "certificates.views.public.verify": "whoever holds the paper may check it",
    "certificates.views.proofs.verify_file": "whoever holds the file may check it",
    "certificates.views.proofs.verify_emblem": "a school's emblem stands on its certificates",
    "certificates.views.credentials.credential": "the same for a machine, with a masked name",
}

# Pages that ask no permission, by URL name (or the view's, where one view has a second address).
# The first answer without login; what the others are for stands beside them.
PUBLIC = {"core:healthz", "core:robots", "core:favicon", "core:language", "verify", "credential"}
PUBLIC |= {"verify_start", "verify_keys", "verify_offline"}
PUBLIC |= {"verify_status", "verify_file", "verify_emblem"}
SELF_SERVICE = {"accounts:choose_assignment": "under which of one's own assignments to act"}
PAGES_OF_PACKAGES = ("allauth.account.views",)

HTTP = (
    "django.http",
    "django.shortcuts",
    "django.contrib.messages",
    "django.template.response",
    "django.views",
    "django_htmx",
)
LINKS = {"django.urls.reverse", "django.urls.reverse_lazy"}
WITHOUT_HTTP = {"models", "services", "queries", "documents", "tasks"}


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in LAYERS]


def in_rooms(room, *names):
    """Whether a module's room is one of `names`, alone or continued: views, views_print."""
    return any(room == name or room.startswith(f"{name}_") for name in names)


# Directions


def lint_imports(folder):
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
        "--no-logo",
    ]
    env = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def keys_upwards(of_models):
    found = []
    for model in of_models:
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if field.remote_field is None or not field.remote_field.model:
                continue
            target = field.remote_field.model
            label = target.split(".")[0] if isinstance(target, str) else target._meta.app_label
            own = model._meta.app_label
            if label in LAYERS and LAYERS.index(label) < LAYERS.index(own):
                found.append(f"{model._meta.label}.{field.name} -> {label}")
    return found


def weasyprint_out_of_place(of_modules):
    return [
        module.at(one)
        for module in of_modules
        for one in module.imports
        if one.is_of("weasyprint") and not (module.name == "core.pdf" and one.lazy)
    ]


def http_below_views(of_modules):
    found = []
    for module in of_modules:
        if not in_rooms(module.room, *WITHOUT_HTTP):
            continue
        for one in module.imports:
            if one.is_of(*HTTP) or (one.is_of("django.urls") and one.name not in LINKS):
                found.append(f"{module.at(one)} imports {one.name}")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.arg) and node.arg == "request":
                found.append(f"{module.at(node)} takes a request")
    return found


def services_in_models(of_modules):
    return [
        f"{module.at(one)} imports {one.name}"
        for module in of_modules
        if in_rooms(module.room, "models")
        for one in module.imports
        if any(in_rooms(part, "services") for part in one.name.split("."))
    ]


def signals_in_use(of_modules):
    return [
        f"{module.at(one)} imports {one.name}"
        for module in of_modules
        for one in module.imports
        if one.is_of("django.dispatch") or "signals" in one.name.split(".")
    ]


def test_imports_go_downwards():
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


def test_foreign_keys_go_downwards():
    assert keys_upwards(our_models()) == []


def test_weasyprint_waits_in_one_module():
    assert weasyprint_out_of_place(modules()) == []


def test_the_site_starts_without_weasyprint():
    start = (
        "import sys; sys.modules['weasyprint'] = None; import django; django.setup();"
        "from django.urls import get_resolver; get_resolver().url_patterns"
    )
    result = subprocess.run([sys.executable, "-c", start], cwd=ROOT, capture_output=True, text=True)

    assert result.returncode == 0, result.stderr


def test_models_and_services_know_no_http():
    assert http_below_views(modules()) == []


def test_models_know_no_services():
    assert services_in_models(modules()) == []


def test_no_rule_hides_in_a_signal():
    assert signals_in_use(modules()) == []


# Reads and rights


def managers_of(model):
    named = {manager.name for manager in model._meta.managers}
    return named | {"_default_manager", "_base_manager"}


def is_scoped(model):
    return any(hasattr(manager, "visible_to") for manager in model._meta.managers)


def model_named_by(node, aliases, by_name):
    """The model behind `Inmate`, `models.Inmate`, or a name under which it was imported."""
    if isinstance(node, ast.Name):
        return by_name.get(aliases.get(node.id, node.id))
    if isinstance(node, ast.Attribute):
        return by_name.get(node.attr)
    return None


def chain_from(node):
    """What one expression does with `node`: Inmate.objects.filter(…).count() gives (filter, its call), …"""
    steps = []
    while parent := getattr(node, "parent", None):
        if isinstance(parent, ast.Attribute) and parent.value is node:
            steps.append([parent.attr, None])
        elif isinstance(parent, ast.Call) and parent.func is node:
            steps[-1][1] = parent
        else:
            break
        node = parent
    return steps


def keeps_within_bounds(steps):
    """`visible_to` stands in the chain, or in a filter: `.filter(agreement__in=….visible_to(user))`."""
    for name, call in steps:
        if name == "visible_to":
            return True
        if name == "filter" and call:
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if any(step.attr == "visible_to" for value in given for step in attributes(value)):
                return True
    return [name for name, _ in steps] == ["none"]


def attributes(node):
    return [one for one in ast.walk(node) if isinstance(one, ast.Attribute)]


def function_around(node):
    return next((one.name for one in ancestors(node) if isinstance(one, ast.FunctionDef)), "")


def unscoped_reads(of_modules, of_models):
    """Reads in views and forms that start at a model and do not ask whose rows they are."""
    by_name = {model.__name__: model for model in of_models}
    found = []
    for module in of_modules:
        if not in_rooms(module.room, "views", "forms"):
            continue
        aliases = {
            alias.asname: alias.name
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.asname
        }
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute):
                model = model_named_by(node.value, aliases, by_name)
                if model is None or node.attr not in managers_of(model):
                    continue
                if keeps_within_bounds(chain_from(node)):
                    continue
            elif isinstance(node, ast.Call) and node.args:
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                model = model_named_by(node.args[0], aliases, by_name)
                if model is None or not re.fullmatch(r"a?get_(object|list)_or_404", called):
                    continue
            else:
                continue
            if f"{module.name}.{function_around(node)}" in READ_BY_STRANGERS:
                continue
            if is_scoped(model) or model._meta.label not in SEEN_BY_ALL:
                found.append(f"{module.at(node)} reads {model.__name__} of everybody")
    return found


def open_choices(form_classes):
    """Fields that offer rows of everybody, because the form never gives them their own queryset."""
    found = []
    for form in form_classes:
        own = [base for base in form.__mro__ if base.__module__.split(".")[0] in (*LAYERS, "tests")]
        source = "".join(inspect.getsource(base) for base in own)
        for name, field in form.base_fields.items():
            if not isinstance(field, forms.ModelChoiceField):
                continue
            queryset = field.queryset
            bounded = f'fields["{name}"].queryset = ' in source or queryset.query.is_empty()
            if not bounded and queryset.model._meta.label not in SEEN_BY_ALL:
                found.append(f"{form.__qualname__}.{name} offers {queryset.model.__name__}")
    return found


def form_classes():
    found = set()
    for module in modules():
        if in_rooms(module.room, "forms", "views"):
            held = vars(import_module(module.name)).values()
            found |= {
                one for one in held if inspect.isclass(one) and issubclass(one, forms.BaseForm)
            }
    return sorted((one for one in found if hasattr(one, "base_fields")), key=str)


def patterns_below(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name or pattern.callback.__name__}", pattern.callback
        else:
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from patterns_below(pattern, inner)


def pages_without_permission(resolver):
    """The URL names of our own views that no `@require` guards, and of views of unexpected packages."""
    found = set()
    for name, view in patterns_below(resolver):
        origin = getattr(view, "view_class", inspect.unwrap(view)).__module__
        if origin.split(".")[0] in LAYERS:
            if not isinstance(getattr(view, "permission", None), Permission):
                found.add(name)
        elif not origin.startswith(PAGES_OF_PACKAGES):
            found.add(f"{name} of {origin}")
    return found


def test_views_read_only_what_the_user_may_see():
    assert unscoped_reads(modules(), our_models()) == []


def test_forms_offer_only_what_the_user_may_see():
    assert open_choices(form_classes()) == []


def test_models_seen_by_all_are_really_without_scope():
    scoped = {model._meta.label for model in our_models() if is_scoped(model)}
    known = {model._meta.label for model in our_models()}

    assert SEEN_BY_ALL.keys() & scoped == set()
    assert SEEN_BY_ALL.keys() <= known


def test_every_page_asks_a_permission_or_is_on_the_list():
    assert pages_without_permission(get_resolver()) == PUBLIC | SELF_SERVICE.keys()


# Names and messages


def constraints_without_words(of_models):
    found = []
    for model in of_models:
        if model._meta.unique_together:
            found.append(f"{model._meta.label}: unique_together")
        for constraint in model._meta.constraints:
            message = constraint.violation_error_message
            # A plain string would not follow the reader's language.
            if message == constraint.default_violation_error_message or isinstance(message, str):
                found.append(f"{model._meta.label}: {constraint.name}")
    return found


NAMES = (
    (models.DateTimeField, re.compile(r"(.+_)?at")),
    (models.TimeField, re.compile(r"(.+_)?at")),
    (models.DateField, re.compile(r".+_(on|until)")),
    (models.BooleanField, re.compile(r"(is|has|can|shows|needs)_.+")),
)


def misnamed_fields(of_models):
    found = []
    for model in of_models:
        inherited = {
            field.name
            for base in model.__mro__[1:]
            if hasattr(base, "_meta") and base.__module__.split(".")[0] not in (*LAYERS, "tests")
            for field in base._meta.local_fields
        }
        for field in model._meta.local_fields:
            kind = next((pattern for kind, pattern in NAMES if isinstance(field, kind)), None)
            if kind and field.name not in inherited and not kind.fullmatch(field.name):
                found.append(f"{model._meta.label}.{field.name}")
    return found


def unmade_migrations(before, after, graph):
    with translation.override(None):  # as makemigrations does: labels are compared as msgids
        changes = MigrationAutodetector(before, after).changes(graph=graph)
    return [
        f"{app}: {operation.describe()}"
        for app, migrations in changes.items()
        for migration in migrations
        for operation in migration.operations
    ]


def test_every_constraint_speaks_to_the_user():
    assert constraints_without_words(our_models()) == []


def test_field_names_tell_their_kind():
    assert misnamed_fields(our_models()) == []


def test_migrations_are_made():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    made, wanted = loader.project_state(), ProjectState.from_apps(apps)

    assert unmade_migrations(made, wanted, loader.graph) == []


class TestCanaries:
    @pytest.mark.parametrize(
        ("place", "line", "complaint"),
        [
            ("core/paging.py", "import reports.queries", "core.paging -> reports.queries"),
            (
                "accounts/services.py",
                "import accounts.views",
                "accounts.services -> accounts.views",
            ),
            ("core/charts.py", "import weasyprint", "core.charts -> weasyprint"),
        ],
    )
    def test_import_linter_sees(self, tmp_path, place, line, complaint):
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        for app in LAYERS:
            (tmp_path / app).mkdir()
            for name in ("__init__", "views", "services", "queries"):
                (tmp_path / app / f"{name}.py").touch()
        (tmp_path / "core" / "pdf.py").write_text("def draw():\n    import weasyprint\n")
        kept = lint_imports(tmp_path)
        (tmp_path / place).write_text(line)
        broken = lint_imports(tmp_path)

        assert (kept.returncode, broken.returncode) == (0, 1), kept.stdout + broken.stdout
        assert complaint in broken.stdout

    @isolate_apps("core", "participants")
    def test_a_key_upwards_is_seen_even_as_a_string(self):
        class Low(models.Model):
            by_name = models.ForeignKey("participants.High", models.PROTECT)
            unbuilt = models.ManyToManyField("reports.Nowhere")

            class Meta:
                app_label = "core"

        class High(models.Model):
            downwards = models.ForeignKey(Low, models.PROTECT, related_name="+")

            class Meta:
                app_label = "participants"

        assert keys_upwards([Low, High]) == [
            "core.Low.by_name -> participants",
            "core.Low.unbuilt -> reports",
        ]

    @pytest.mark.parametrize(
        ("name", "source"),
        [
            ("certificates.documents", "def draw():\n    from weasyprint import HTML"),
            ("core.pdf", "import weasyprint"),
            ("core.pdf", "try:\n    from weasyprint.urls import URLFetcher\nexcept OSError: pass"),
            ("core.checks", "import importlib\nimportlib.import_module('weasyprint')"),
        ],
    )
    def test_weasyprint_out_of_place_is_seen(self, name, source):
        assert len(weasyprint_out_of_place([Module(name, source)])) == 1

    def test_weasyprint_in_its_place_is_not(self):
        source = "def draw():\n    from weasyprint import HTML"

        assert weasyprint_out_of_place([Module("core.pdf", source)]) == []

    def test_http_in_a_service_is_seen(self):
        source = (
            "from django import shortcuts\nfrom django.http import Http404\n"
            "from django.urls import resolve, reverse\ndef enroll(*, request): pass\n"
        )
        seen = http_below_views(
            [Module("programs.services.batches", source), Module("a.views", source)]
        )

        assert seen == [
            "programs.services.batches:1 imports django.shortcuts",
            "programs.services.batches:2 imports django.http.Http404",
            "programs.services.batches:3 imports django.urls.resolve",
            "programs.services.batches:4 takes a request",
        ]

    @pytest.mark.parametrize(
        "source",
        [
            "from programs import services",
            "def f():\n    from .services import end",
            "import a.services.x",
        ],
    )
    def test_a_service_in_a_model_is_seen(self, source):
        assert len(services_in_models([Module("programs.models", source)])) == 1

    @pytest.mark.parametrize(
        "source",
        [
            "from django.dispatch import receiver",
            "from django.db.models import signals",
            "from django.contrib.auth.signals import user_logged_in",
        ],
    )
    def test_a_signal_is_seen(self, source):
        assert len(signals_in_use([Module("programs.apps", source)])) == 1

    @pytest.mark.parametrize(
        "source",
        [
            "Facility.objects.get(pk=pk)",
            "Facility.objects.all()",
            "Facility._default_manager.filter(pk=1)",
            "get_object_or_404(Facility, pk=pk)",
            "shortcuts.get_object_or_404(models.Facility, pk=pk)",
            "from accounts.models import Facility as Place\nPlace.objects.count()",
            "Facility.objects.visible_to(u).filter(region__in=Facility.objects.values('region'))",
            "Assignment.objects.active()",
            "Assignment.objects.exclude(facility__in=Facility.objects.visible_to(u))",
            "class F:\n    facility = ModelChoiceField(queryset=Facility.objects.all())",
        ],
    )
    def test_a_read_of_everybody_is_seen(self, source):
        assert len(unscoped_reads([Module("accounts.views", source)], our_models())) == 1

    @pytest.mark.parametrize(
        "source",
        [
            "get_object_or_404(Facility.objects.filter(code='a').visible_to(user), pk=pk)",
            "get_object_or_404(batch.sessions, pk=pk)",
            "Assignment.objects.filter(facility__in=Facility.objects.visible_to(u)).first()",
            "Facility.objects.none()",
            "Region.objects.all()",
            "raise Facility.DoesNotExist",
        ],
    )
    def test_a_read_within_bounds_is_not(self, source):
        assert unscoped_reads([Module("accounts.views_print", source)], our_models()) == []

    def test_only_the_listed_view_reads_for_strangers(self):
        source = "def verify(): Facility.objects.first()\ndef other(): Facility.objects.first()"
        seen = unscoped_reads([Module("certificates.views.public", source)], our_models())

        assert seen == ["certificates.views.public:2 reads Facility of everybody"]

    def test_a_choice_of_everybody_is_seen(self):
        class TransferForm(forms.ModelForm):
            class Meta:
                model = Assignment
                fields = ["user", "facility", "region"]

        class BoundForm(TransferForm):
            place = forms.ModelChoiceField(queryset=Facility.objects.none())

            def __init__(self, *args, user, **kwargs):
                super().__init__(*args, **kwargs)
                self.fields["facility"].queryset = Facility.objects.visible_to(user)

        seen = open_choices([TransferForm, BoundForm])

        assert [fault.partition(">.")[2] for fault in seen] == [
            "TransferForm.facility offers Facility"
        ]

    def test_an_open_page_is_seen(self):
        def page(request): ...

        page.__module__ = "programs.views"
        guarded = require(Permission.MANAGE_USERS)(page)
        listed = [path("a", page, name="open"), path("b", guarded, name="guarded")]
        listed.append(path("c", lambda request: None, name="strange"))
        resolver = type("Resolver", (), {"url_patterns": listed})

        assert pages_without_permission(resolver) == {"open", f"strange of {__name__}"}

    @isolate_apps("programs")
    def test_a_silent_constraint_is_seen(self):
        class Thing(models.Model):
            size = models.IntegerField()

            class Meta:
                app_label = "programs"
                unique_together = [("size",)]
                constraints = [
                    models.CheckConstraint(name="silent", condition=models.Q(size__gt=0)),
                    models.UniqueConstraint(
                        name="raw", fields=["size"], violation_error_message="No."
                    ),
                ]

        assert constraints_without_words([Thing]) == [
            "programs.Thing: unique_together",
            "programs.Thing: silent",
            "programs.Thing: raw",
        ]

    @isolate_apps("programs")
    def test_a_misnamed_field_is_seen(self):
        class Thing(models.Model):
            date = models.DateField()
            signed_at = models.DateField()
            begun_on = models.DateTimeField()
            active = models.BooleanField()
            starts_on = models.DateField()
            starts_at = models.TimeField()
            is_open = models.BooleanField()

            class Meta:
                app_label = "programs"

        assert misnamed_fields([Thing]) == [
            "programs.Thing.date",
            "programs.Thing.signed_at",
            "programs.Thing.begun_on",
            "programs.Thing.active",
        ]

    def test_a_forgotten_migration_is_seen(self):
        loader = MigrationLoader(None, ignore_no_migrations=True)
        changed = ProjectState.from_apps(apps)
        changed.add_field("accounts", "region", "motto", models.TextField(default=""), False)
        seen = unmade_migrations(ProjectState.from_apps(apps), changed, loader.graph)

        assert seen == ["accounts: Add field motto to region"]
