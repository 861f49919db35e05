"""Paths of money: an order's receipts; the receipts by themselves, with what moves or undoes them."""

from django.urls import path

from billing import views, views_receipts, views_receivables, views_refunds, views_statement

app_name = "billing"

urlpatterns = [
    path("orders/<int:pk>/receipts/", views.OrderReceipts.as_view(), name="receipts"),
    path("orders/<int:pk>/use-balance/", views_receipts.use_balance, name="use-balance"),
    path("orders/<int:pk>/free-money/", views_refunds.free, name="free-money"),
    path("customers/<int:pk>/statement/", views_statement.StatementPage.as_view(), name="statement"),
    path("customers/<int:pk>/statement/excel/", views_statement.workbook, name="statement-excel"),
    path("customers/<int:pk>/statement/give/", views_statement.give, name="give-statement"),
    path("receivables/", views_receivables.Receivables.as_view(), name="receivables"),
    path("receivables/reps/", views_receivables.ReceivablesByRep.as_view(), name="receivables-by-rep"),
    path("receivables/<int:pk>/", views_receivables.Owing.as_view(), name="owing"),
    path("fragments/receivables/", views_receivables.summary, name="receivables-summary"),
    path("refunds/", views_refunds.RefundList.as_view(), name="refund-list"),
    path("refunds/new/", views_refunds.NewRefund.as_view(), name="new-refund"),
    path("refunds/<int:pk>/", views_refunds.RefundDetail.as_view(), name="refund"),
    path("refunds/<int:pk>/reverse/", views_refunds.reverse, name="reverse-refund"),
    path("receipts/", views_receipts.ReceiptList.as_view(), name="receipt-list"),
    path("receipts/new/", views_receipts.NewReceipt.as_view(), name="new-receipt"),
    path("receipts/<int:pk>/", views_receipts.ReceiptDetail.as_view(), name="receipt"),
    path("receipts/<int:pk>/allocate/", views_receipts.allocate, name="allocate"),
    path("receipts/<int:pk>/take-back/", views_receipts.take_back, name="take-back"),
    path("receipts/<int:pk>/reverse/", views.reverse_receipt, name="reverse"),
]
