"""Whom we serve: customer files with their contacts, the grade policies and the payment terms."""

from customers.models.customer import CODE_TAKEN, MANY, Contact, Customer, CustomerQuerySet, CustomerSearch
from customers.models.grades import Grade, GradeChange, GradePolicy, GradePolicyChange
from customers.models.merge import CustomerMerge
from customers.models.standing import FormerStanding
from customers.models.terms import PaymentTerms, TermsInstalment, Trigger

__all__ = [
    "CODE_TAKEN",
    "MANY",
    "Contact",
    "Customer",
    "CustomerMerge",
    "CustomerQuerySet",
    "CustomerSearch",
    "FormerStanding",
    "Grade",
    "GradeChange",
    "GradePolicy",
    "GradePolicyChange",
    "PaymentTerms",
    "TermsInstalment",
    "Trigger",
]
