"""Paths of products."""

from django.urls import path

from core.verbs import advance
from products import views, views_counts, views_edit, views_stock

app_name = "products"

urlpatterns = [
    path("", views.ProductList.as_view(), name="list"),
    path("suggest/", views.suggest, name="suggest"),
    path("new/", views_edit.NewProduct.as_view(), name="new"),
    path("counts/", views_counts.CountList.as_view(), name="counts"),
    path("counts/new/", views_counts.NewCount.as_view(), name="count-new"),
    path("counts/<int:pk>/", views_counts.CountSheet.as_view(), name="count"),
    path("counts/<int:pk>/print/", views_counts.print_sheet, name="count-print"),
    path("counts/<int:pk>/sheet/", views_counts.download_sheet, name="count-sheet"),
    path("counts/<int:pk>/<slug:verb>/", advance, {"model": "products.StockCount"}, name="count-advance"),
    path("categories/", views_edit.Categories.as_view(), name="categories"),
    path("categories/<int:pk>/", views_edit.EditCategory.as_view(), name="category"),
    path("<int:pk>/adjust/", views_stock.AdjustStock.as_view(), name="adjust"),
    path("<int:pk>/edit/", views_edit.EditProduct.as_view(), name="edit"),
    path("<int:pk>/", views.ProductDetail.as_view(), name="detail"),
]
