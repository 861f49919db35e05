"""What archive, report and dashboard say to a manager: their team's part, and never another team's customer."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from analytics.archive.closing import archive_of, request_closing
from analytics.figures.months import Month
from analytics.models import Report
from analytics.report.jobs import request_report
from analytics.rights import READS_ALL_TEAMS
from billing.models import Receipt
from billing.receipts import record_receipt
from core.jobs import runner
from core.models import Job, Message, PolicyValue
from customers.models import Customer
from orders.statuses import Status
from tests.factories import CustomerFactory, ProductFactory, make_order, make_shipment

pytestmark = pytest.mark.django_db
MONTH = Month.current().shifted(-1)
DAY = MONTH.first + timedelta(days=9)
ARCHIVE, REPORT, DASHBOARD = f"/archive/{MONTH}/", f"/analytics/{MONTH}/report/", f"/analytics/{MONTH}/"
OURS, THEIRS = "我方金丝雀", "外队金丝雀"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def two_teams(rep, other_rep, finance):
    """In each team everything is out of order that a checklist or a rule looks at."""
    return {name: out_of_order(name, seller, finance) for name, seller in ((OURS, rep), (THEIRS, other_rep))}


def out_of_order(name, seller, finance):
    called = {"name": f"{name}有限公司", "short_name": name, "owner": seller, "team": seller.team}
    customer = CustomerFactory(**called, grade="A", industry="")
    for months in (8, 7, 6):
        sold(customer, MONTH.shifted(-months).first + timedelta(days=3))
    lines, other = [(ProductFactory(), 1, "1000")] * 5, CustomerFactory(**called | {"name": f"{name}二厂"}, industry="")
    late = sold(other, MONTH.shifted(-2).last, promised_date=DAY, lines=lines)
    sold(other, DAY)
    make_order(customer=customer, rep=seller, order_date=DAY)
    make_shipment(late, status="shipped", shipped_on=DAY, expected_on=DAY)
    Receipt.objects.create(customer=customer, received_on=DAY, amount="5.00", rest="5.00", recorded_by=finance)
    return late


def sold(customer, day, **more):
    return make_order(customer=customer, rep=customer.owner, status=Status.APPROVED, order_date=day, **more)


def written(finance) -> Report:
    runner.run_job(request_report(month=MONTH, by=finance).pk)
    return Report.objects.get()


def closed(finance):
    runner.run_job(request_closing(month=MONTH, by=finance).pk)
    return archive_of(MONTH)


def names_in(response) -> set[str]:
    text = b"".join(response.streaming_content) if response.streaming else response.content
    return {name for name in (OURS, THEIRS) if name in text.decode()}


def open_everything():
    PolicyValue.objects.create(key=READS_ALL_TEAMS, value="true")


def test_an_open_month_s_checklist_is_the_teams(as_finance, as_manager):
    ours, whole = (browser.get(ARCHIVE).context["findings"] for browser in (as_manager, as_finance))
    assert len(ours) == len(whole) == 5
    assert [finding.count * 2 for finding in ours] == [finding.count for finding in whole]
    assert names_in(as_manager.get(ARCHIVE)) == {OURS}
    assert names_in(as_finance.get(ARCHIVE)) == {OURS, THEIRS}


def test_an_archive_shows_a_manager_the_teams_part(as_finance, as_manager, two_teams, finance):
    closed(finance)
    for name, late in two_teams.items():
        record_receipt(
            order=late, amount=Decimal(100), received_on=DAY, method=Receipt.Method.TRANSFER, payer=name, by=finance
        )
    whole, ours = as_finance.get(ARCHIVE), as_manager.get(ARCHIVE)
    assert (names_in(whole), names_in(ours)) == ({OURS, THEIRS}, {OURS})
    assert [late.count for late in ours.context["late"]] == [1]
    assert "archive-download" not in ours.content.decode()
    values = [{f["label"]: f["value"] for f in page.context["figures"]} for page in (ours, whole)]
    assert any(value and value * 2 == values[1][label] for label, value in values[0].items())
    assert [len(page.context["problems"]) for page in (ours, whole)] == [5, 5]
    as_finance.post(f"{ARCHIVE}supplement/", {"note": f"{THEIRS}漏记"})
    assert names_in(as_finance.get(ARCHIVE)) == {OURS, THEIRS}
    assert names_in(as_manager.get(ARCHIVE)) == {OURS}


def test_the_list_of_months_counts_the_teams_orders(as_finance, as_manager, finance):
    closed(finance)
    ours, whole = (browser.get("/archive/").context["months"][0] for browser in (as_manager, as_finance))
    assert (ours.orders, whole.orders) == (1, 2)
    assert Decimal(ours.net) * 2 == Decimal(whole.net)


def test_the_workbook_of_all_teams_is_for_finance_and_admin(as_finance, as_admin, as_manager, finance):
    closed(finance)
    answers = [browser.get(f"{ARCHIVE}download/").status_code for browser in (as_finance, as_admin, as_manager)]
    assert answers == [200, 200, 403]
    open_everything()
    assert as_manager.get(f"{ARCHIVE}download/").status_code == 200


@pytest.mark.parametrize("path", [REPORT, f"{REPORT}print/", DASHBOARD])
def test_report_print_and_dashboard_name_the_teams_customers_alone(as_finance, as_manager, finance, team, path):
    report = written(finance)
    assert {found["code"] for found in report.content["findings"]} >= {"delay", "silent_a"}
    assert names_in(as_manager.get(path)) == {OURS}
    if path != DASHBOARD:
        assert names_in(as_finance.get(path)) == {OURS, THEIRS}
    else:
        assert names_in(as_finance.get(path, {"scope": f"team:{team.pk}"})) == {OURS}


def test_the_teams_part_has_its_own_figures_and_counts(as_manager, finance, team, rep):
    report = written(finance)
    ours = report.content["teams"][str(team.pk)]
    whole = {row["figure"]: row["now"] for row in report.content["figures"]}
    assert {row["figure"]: row["now"] for row in ours["figures"]}["order_count"] == "1"
    assert whole["order_count"] == "2"
    shown = {line.kpi.key: str(line.value) for line in as_manager.get(REPORT).context["figures"]}
    assert shown["order_count"] == "1"


def test_a_manager_s_excel_is_the_teams(as_manager, finance):
    report = written(finance)
    Report.objects.filter(pk=report.pk).update(summary=f"{THEIRS}该催款了")
    page = as_manager.post(f"{REPORT}excel/").url
    runner.run_due()
    book = load_workbook(BytesIO(b"".join(as_manager.get(f"{page}download/").streaming_content)))
    text = " ".join(str(cell) for sheet in book for row in sheet.values for cell in row)
    assert OURS in text
    assert THEIRS not in text


def test_words_and_comments_of_all_teams_are_not_shown_to_a_manager(as_finance, as_manager, finance):
    report = written(finance)
    key = next(found["key"] for found in report.content["findings"] if found["code"] == "delay")
    words = {"version": report.version, "summary": f"{THEIRS}拖延", f"comment-{key}": f"{THEIRS}停产"}
    assert as_manager.post(f"{REPORT}words/", words).status_code == 403
    assert as_finance.post(f"{REPORT}words/", words).status_code == 303
    assert names_in(as_manager.get(REPORT)) == {OURS}


def test_the_policy_lets_managers_read_and_sign_all_of_it(as_manager, finance):
    report = written(finance)
    closed(finance)
    open_everything()
    assert names_in(as_manager.get(REPORT)) == {OURS, THEIRS}
    assert names_in(as_manager.get(ARCHIVE)) == {OURS, THEIRS}
    words = {"version": report.version, "summary": "都好", "sign": "1"}
    assert as_manager.post(f"{REPORT}words/", words).status_code == 303
    assert Report.objects.get().is_signed


def test_managers_are_told_of_their_own_findings(finance, manager, team):
    Job.objects.all().delete()
    runner.run_job(request_report(month=MONTH, by=None).pk)
    report = Report.objects.get()
    told = {person: Message.objects.get(user=person).sentence["values"]["n"] for person in (finance, manager)}
    assert told[finance] == len(report.content["findings"])
    assert told[manager] == len(report.content["teams"][str(team.pk)]["findings"])


def test_a_customer_handed_over_since_is_not_named_to_the_team_that_sold(as_manager, two_teams, finance, other_rep):
    Customer.objects.filter(short_name=OURS).update(owner=other_rep, team=other_rep.team)
    for late in two_teams.values():
        type(late).objects.filter(customer__short_name=OURS).update(rep=other_rep, team=other_rep.team)
    written(finance)
    assert names_in(as_manager.get(REPORT)) == set()
