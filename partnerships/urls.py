from django.urls import path

from partnerships.views import agreements, documents, partners, promises

app_name = "partnerships"
urlpatterns = [
    path("agreements/", agreements.agreement_list, name="agreement_list"),
    path("agreements/new/", agreements.agreement_create, name="agreement_create"),
    path("agreements/<int:pk>/", agreements.agreement_detail, name="agreement_detail"),
    path("agreements/<int:pk>/edit/", agreements.agreement_update, name="agreement_update"),
    path("agreements/<int:pk>/end/", agreements.agreement_end, name="agreement_end"),
    path("agreements/<int:pk>/signatories/", agreements.signatory_create, name="signatory_create"),
    path("signatories/<int:pk>/remove/", agreements.signatory_remove, name="signatory_remove"),
    path("agreements/<int:pk>/documents/", documents.document_create, name="document_create"),
    path("documents/<int:pk>/", documents.document_detail, name="document_detail"),
    path("documents/<int:pk>/file/", documents.document_download, name="document_download"),
    path(
        "documents/<int:pk>/pages/<int:number>.png", documents.document_page, name="document_page"
    ),
    path("agreements/<int:pk>/commitments/", promises.commitment_create, name="commitment_create"),
    path("commitments/<int:pk>/", promises.commitment_detail, name="commitment_detail"),
    path("commitments/<int:pk>/edit/", promises.commitment_update, name="commitment_update"),
    path(
        "commitments/<int:pk>/withdraw/", promises.commitment_withdraw, name="commitment_withdraw"
    ),
    path("commitments/<int:pk>/deliveries/", promises.delivery_create, name="delivery_create"),
    path("deliveries/<int:pk>/withdraw/", promises.delivery_withdraw, name="delivery_withdraw"),
    path("partners/", partners.partner_list, name="partner_list"),
    path("partners/new/", partners.partner_create, name="partner_create"),
    path("partners/<int:pk>/", partners.partner_detail, name="partner_detail"),
    path("partners/<int:pk>/edit/", partners.partner_update, name="partner_update"),
    path("partners/<int:pk>/contacts/", partners.contact_create, name="contact_create"),
    path("contacts/<int:pk>/edit/", partners.contact_update, name="contact_update"),
    path("contacts/<int:pk>/account/", partners.contact_account, name="contact_account"),
]
