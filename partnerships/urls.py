from django.urls import path

from partnerships import views

app_name = "partnerships"
urlpatterns = [
    path("agreements/", views.agreement_list, name="agreement_list"),
    path("agreements/new/", views.agreement_create, name="agreement_create"),
    path("agreements/<int:pk>/", views.agreement_detail, name="agreement_detail"),
    path("agreements/<int:pk>/edit/", views.agreement_update, name="agreement_update"),
    path("agreements/<int:pk>/end/", views.agreement_end, name="agreement_end"),
    path("agreements/<int:pk>/signatories/", views.signatory_create, name="signatory_create"),
    path("signatories/<int:pk>/remove/", views.signatory_remove, name="signatory_remove"),
    path("agreements/<int:pk>/documents/", views.document_create, name="document_create"),
    path("documents/<int:pk>/", views.document_download, name="document_download"),
    path("partners/", views.partner_list, name="partner_list"),
    path("partners/new/", views.partner_create, name="partner_create"),
    path("partners/<int:pk>/", views.partner_detail, name="partner_detail"),
    path("partners/<int:pk>/edit/", views.partner_update, name="partner_update"),
    path("partners/<int:pk>/contacts/", views.contact_create, name="contact_create"),
    path("contacts/<int:pk>/account/", views.contact_account, name="contact_account"),
]
