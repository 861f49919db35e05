"""Lists as Excel files: what is filtered, in the list's own columns, opened again as Excel would."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from accounts.roles import Role
from core import exports, registries
from core.exports import page_class, request_export
from core.jobs import context, files, runner, table, upkeep
from core.listing import ListPage
from core.models import Job, Message
from customers.models import Grade
from orders.statuses import Status
from products.models import Product
from tests.factories import CustomerFactory, ProductFactory, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _headings_in_english(rep, other_rep, finance, operations):
    """Workbooks are written in their owner's language; these people read English."""
    User.objects.update(language="en")
    for person in (rep, other_rep, finance, operations):
        person.refresh_from_db()


def exported(person, key, query=""):
    """The workbook that a person gets, and its job."""
    job = request_export(key, query=query, by=person)
    runner.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error_sentence
    return load_workbook(files.path_of(job)), job


def rows_of(book):
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def column(book, label):
    head, *rows = rows_of(book)
    return [row[head.index(label)] for row in rows]


def facts_of(book):
    return {row[0].value: row[1].value for row in book.worksheets[-1].iter_rows()}


@pytest.fixture
def orders(rep, other_rep):
    """Two orders of the rep's, one of a stranger's."""
    mine = CustomerFactory(owner=rep, short_name="海雅", grade=Grade.A)
    make_order(customer=mine, order_date=date(2026, 11, 2), status=Status.APPROVED, lines=[("设计", 3, "1000.10")])
    make_order(customer=mine, order_date=date(2026, 10, 5))
    make_order(customer=CustomerFactory(owner=other_rep, short_name="别家"))


# ---- what is in it ---------------------------------------------------------------------------------------------------


def test_the_list_is_exported_with_its_own_columns_and_in_its_order(rep, orders):
    book, job = exported(rep, "orders")
    head, *rows = rows_of(book)
    assert head[:5] == ["Order number", "Grade", "Customer", "Sales representative", "Order date"]
    assert [row[4] for row in rows] == [datetime(2026, 11, 2), datetime(2026, 10, 5)]
    assert [row[1:3] for row in rows] == [["A", "海雅"]] * 2
    assert "2" in job.outcome_sentence


def test_an_order_says_net_tax_and_rep(rep, orders):
    book, _job = exported(rep, "orders", "status=approved")
    amounts = [column(book, label)[0] for label in ("Net (元)", "Tax (元)", "Total with tax (元)")]
    assert amounts == [pytest.approx(3000.30), pytest.approx(390.04), pytest.approx(3390.34)]
    assert column(book, "Sales representative") == ["王丽"]


def test_the_lines_in_force_stand_on_a_second_sheet_in_the_order_of_the_list(rep, orders):
    book, _job = exported(rep, "orders")
    assert book.sheetnames[:2] == ["Orders", "Order lines"]
    head, *rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    lines = [dict(zip(head, row, strict=True)) for row in rows]
    assert [line["Order date"] for line in lines] == [datetime(2026, 11, 2), datetime(2026, 10, 5)]
    assert (lines[0]["Product name"], lines[0]["Quantity"], lines[0]["Net (元)"]) == ("设计", 3, pytest.approx(3000.30))


def test_the_sheet_of_lines_has_no_price_for_who_sees_none(operations, orders):
    book, _job = exported(operations, "orders")
    head, *rows = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    assert [row[head.index("Product name")] for row in rows] == ["设计"]
    assert not [label for label in head if "元" in label or "rate" in label or "iscount" in label]


def test_whose_turn_it_is_stands_there_with_a_date_that_stays_true(rep, orders):
    book, _job = exported(rep, "orders")
    assert all(isinstance(since, datetime) for since in column(book, "Waiting since") if since)
    assert any(column(book, "Waiting since"))
    assert not any("today" in str(value) for values in rows_of(book) for value in values)


def test_only_what_the_person_may_see_is_exported(other_rep, orders):
    book, _job = exported(other_rep, "orders")
    assert column(book, "Customer") == ["别家"]


def test_figures_are_figures_with_a_number_format(rep, orders):
    book, _job = exported(rep, "orders", "status=approved")
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    total = sheet[2][head.index("Total with tax (元)")]
    assert (total.value, total.number_format) == (pytest.approx(3390.34), "#,##0.00")
    ordered = sheet[2][head.index("Order date")]
    assert ordered.number_format == "yyyy-mm-dd"
    assert ordered.is_date


def test_headings_are_frozen_filterable_and_repeated_in_print(rep, orders):
    sheet = exported(rep, "orders")[0].worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.column_dimensions["A"].width > 10


def test_filters_and_sort_of_the_page_hold(rep, orders):
    book, _job = exported(rep, "orders", "month=2026-10&sort=gross_total&at=ignored")
    assert [day.month for day in column(book, "Order date")] == [10]


def test_the_sheet_says_by_whom_when_with_which_filters_how_many(rep, orders):
    book, _job = exported(rep, "orders", "month=2026-10&q=海雅")
    facts = facts_of(book)
    assert facts["Exported by"] == "王丽 (rep)"
    assert facts["Rows"] == 1
    assert facts["Order date"] == "2026-10"
    assert facts["Search"] == "海雅"
    assert abs((datetime.now() - facts["Exported at"]).total_seconds()) < 86400
    assert "descending" in facts["Sorted by"]


def test_without_filters_it_says_so(rep, orders):
    assert "none" in facts_of(exported(rep, "orders")[0])["Filters"]


def test_a_chosen_filter_is_named_in_words(finance):
    product = ProductFactory()
    facts = facts_of(exported(finance, "products", f"category={product.category_id}&active=yes")[0])
    assert facts["Category"] == product.category.name
    assert facts["Status"] == "On sale"


def test_those_who_see_no_prices_export_none(operations, finance):
    ProductFactory(list_price="98765.43")
    with_prices, without = exported(finance, "products")[0], exported(operations, "products")[0]
    missing = set(rows_of(with_prices)[0]) - set(rows_of(without)[0])
    assert missing
    assert all("元" in name for name in missing)
    assert 98765.43 in rows_of(with_prices)[1]
    assert not any("98765" in str(value) for row in rows_of(without) for value in row)


def test_sorting_by_a_hidden_price_falls_back(operations):
    ProductFactory.create_batch(2)
    assert exported(operations, "products", "sort=list_price")[0]


def test_it_is_written_in_its_owners_language(rep, orders):
    rep.language = "zh-hans"
    rep.save(update_fields=["language"])
    book, _job = exported(rep, "orders")
    assert column(book, "客户") == ["海雅", "海雅"]


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "#REF!"])
def test_text_stays_text(finance, evil):
    ProductFactory(name=evil)
    book, _job = exported(finance, "products")
    cell = book.worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == (evil, "s")
    assert cell.quotePrefix or evil == "#REF!"


def test_control_characters_are_left_out(finance):
    ProductFactory(name="柜\x0b子\x01", specification="a\tb")
    book, _job = exported(finance, "products")
    assert rows_of(book)[1][1:3] == ["柜子", "a\tb"]


def test_an_empty_list_is_an_empty_table(rep):
    book, _job = exported(rep, "orders")
    assert len(rows_of(book)) == 1
    assert facts_of(book)["Rows"] == 0


def test_many_rows_are_fetched_a_few_at_a_time(finance, monkeypatch):
    ProductFactory.create_batch(12)
    few = _queries(finance)
    monkeypatch.setattr(exports, "CHUNK", 5)
    assert _queries(finance) - few == 2
    assert sorted(column(exported(finance, "products")[0], "Product number")) == sorted(
        Product.objects.values_list("code", flat=True)
    )


def _queries(person):
    job = request_export("products", query="", by=person)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        runner.run_job(job.pk)
    return sum('FROM "products_product"' in query["sql"] for query in queries)


def test_what_is_deleted_meanwhile_is_left_out_and_counted_right(finance, monkeypatch):
    ProductFactory.create_batch(6)
    monkeypatch.setattr(exports, "CHUNK", 3)
    original = exports.chunks_of

    def chunks_while_somebody_deletes(page, keys):
        for number, rows in enumerate(original(page, keys)):
            if number == 0:
                Product.objects.filter(pk=keys[-1]).delete()
            yield rows

    monkeypatch.setattr(exports, "chunks_of", chunks_while_somebody_deletes)
    book, _job = exported(finance, "products")
    assert len(rows_of(book)) == 6
    assert facts_of(book)["Rows"] == 5


# ---- asking for it ---------------------------------------------------------------------------------------------------


def test_the_button_makes_a_job_of_the_current_list_and_leads_to_it(as_rep, rep, orders):
    page = as_rep.get(reverse("orders:list"), {"month": "2026-10"}).content.decode()
    address = reverse("export", args=["orders"]) + "?month=2026-10"
    assert f'action="{address}"' in page
    response = as_rep.post(address)
    job = Job.objects.get()
    assert (response.status_code, response.url) == (303, job.get_absolute_url())
    assert (job.owner, job.arguments) == (rep, {"list": "orders", "query": "month=2026-10"})


def test_asked_for_twice_it_is_one_job_for_each_person(rep, manager, orders):
    first = request_export("orders", query="month=2026-10&at=x", by=rep)
    assert request_export("orders", query="month=2026-10", by=rep) == first
    assert request_export("orders", query="month=2026-11", by=rep) != first
    assert request_export("orders", query="month=2026-10", by=manager) != first


def test_very_long_filters_do_not_make_two_exports_the_same(rep):
    long = "q=" + "x" * 300
    assert request_export("orders", query=long + "1", by=rep) != request_export("orders", query=long + "2", by=rep)


def test_a_list_that_nobody_knows_is_not_there(as_rep):
    assert as_rep.post(reverse("export", args=["secrets"])).status_code == 404


def test_who_may_not_see_the_list_may_not_export_it(as_operations):
    assert as_operations.get(reverse("customers:list")).status_code == 403
    assert as_operations.post(reverse("export", args=["customers"])).status_code == 403
    assert not Job.objects.exists()


def test_who_may_no_longer_see_the_list_gets_a_sentence(rep):
    job = request_export("customers", query="", by=rep)
    rep.role, rep.team = "operations", None
    rep.save()
    runner.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.FAILED, 1)
    assert Message.objects.filter(user=rep).exists()


def test_an_export_is_not_made_by_looking(as_rep):
    assert as_rep.get(reverse("export", args=["orders"])).status_code == 405


def test_a_job_of_a_list_that_is_gone_still_has_a_title(rep, monkeypatch):
    job = request_export("orders", query="", by=rep)
    monkeypatch.delitem(registries.lists, "orders")
    assert str(job.title)


def test_exports_are_logged_as_jobs(rep, orders):
    _book, job = exported(rep, "orders", "month=2026-10")
    assert job.result_name.startswith("Orders_")
    assert job.result_name.endswith(".xlsx")
    assert job.outcome["values"]["rows"] == 1


# ---- until when, and for whom ----------------------------------------------------------------------------------------


def test_the_file_is_kept_for_thirty_days_and_the_page_says_so(as_rep, rep, orders):
    _book, job = exported(rep, "orders")
    assert timedelta(days=29, hours=23) < job.expires_at - timezone.now() <= timedelta(days=30)
    assert "kept until" in as_rep.get(job.get_absolute_url()).content.decode()
    assert as_rep.get(reverse("job-download", args=[job.pk])).status_code == 200


def test_after_thirty_days_the_sweep_removes_it_and_the_page_says_so(as_rep, rep, orders):
    _book, job = exported(rep, "orders")
    path = files.path_of(job)
    assert upkeep.tidy() == 0
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert upkeep.tidy() == 1
    assert not path.exists()
    assert as_rep.get(reverse("job-download", args=[job.pk])).status_code == 404
    page = as_rep.get(job.get_absolute_url()).content.decode()
    assert "no longer kept" in page
    assert "job-download" not in page
    assert "job-repeat" in page


def test_who_lost_the_right_to_prices_gets_no_old_file_with_prices(as_finance, finance):
    ProductFactory(list_price="98765.43")
    _book, job = exported(finance, "products")
    finance.role = Role.OPERATIONS
    finance.save(update_fields=["role"])
    response = as_finance.get(reverse("job-download", args=[job.pk]))
    assert response.status_code == 403
    assert "Your rights have changed" in response.content.decode()
    page, jobs = (as_finance.get(address).content.decode() for address in (job.get_absolute_url(), reverse("jobs")))
    assert "Your rights have changed" in page
    assert reverse("job-download", args=[job.pk]) not in page + jobs
    again = as_finance.post(reverse("job-repeat", args=[job.pk])).url
    runner.run_due()
    book = load_workbook(files.path_of(Job.objects.get(pk=again.rstrip("/").rpartition("/")[2])))
    assert not any("98765" in str(value) for values in rows_of(book) for value in values)


def test_who_went_to_another_team_gets_no_old_file_of_the_former(as_manager, manager, other_rep, orders):
    _book, job = exported(manager, "orders")
    manager.team = other_rep.team
    manager.save(update_fields=["team"])
    assert as_manager.get(reverse("job-download", args=[job.pk])).status_code == 403


def test_nobody_else_gets_the_file(as_manager, rep, orders):
    _book, job = exported(rep, "orders")
    assert as_manager.get(reverse("job-download", args=[job.pk])).status_code == 404


def test_a_cancelled_export_stops_between_two_rows_and_leaves_no_file(finance, monkeypatch):
    ProductFactory.create_batch(6)
    monkeypatch.setattr(exports, "CHUNK", 2)
    monkeypatch.setattr(context, "_WRITE_EVERY", 0)
    job = request_export("products", query="", by=finance)
    original = exports.chunks_of

    def chunks_while_it_is_cancelled(page, keys):
        for number, rows in enumerate(original(page, keys)):
            if number == 1:
                assert table.cancel(job)
            yield rows

    monkeypatch.setattr(exports, "chunks_of", chunks_while_it_is_cancelled)
    runner.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress_done, job.progress_total) == (Job.State.CANCELLED, 2, 6)
    assert list(files.folder().iterdir()) == []


# ---- every list -----------------------------------------------------------------------------------------------------


def test_every_list_page_of_the_site_can_be_exported():
    page_class("orders")  # loads the pages
    # One without a title is a base of others.
    pages = [cls for cls in _subclasses(ListPage) if cls.title and ".tests." not in cls.__module__]
    assert [cls.__name__ for cls in pages if registries.lists.get(cls.export_key) is not cls] == []


def _subclasses(cls):
    return [found for child in cls.__subclasses__() for found in (child, *_subclasses(child))]
