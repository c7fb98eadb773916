"""Which capitals in a stem are names of organisations, brands and products, and which stand for other reasons."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EVERYDAY_INITIALS: Final = _words(
    "GDPR VAT PIN ID IT HR SMS CRM PDP SWOT SMART ISO AM PM UK EU USA US TV FAQ FAQs CV CCTV DIY PDF USB GP GPs MOT"
    " ASAP AI VIP PC ATM QR OK PO PPE DVD CD GPS PESTLE PEST DBS LED WC DJ BSL RSVP PS NB AGM CEO MD EAL EV EVs B2B"
    " URL SaaS"
)
"""Initials that need no explaining; not all are plain, but none is an organisation's."""

KNOWN_INITIALS: Final = _words(
    "HMRC DVLA DVSA DHL SAP IKEA NHS FCA ICO BBC ITV BT EDF AA RAC RSPCA NSPCC HSBC TSB RBS KFC TfL LNER GWR DPD"
    " UPS BMW DWP RNLI RNIB RNID ASDA TUI BA IBM HP O2 EE UCAS SSE E.ON OVO RBKC CAB PDSA BHS WHSmith TGI CQC HSE"
    " FSA PRA CMA ACAS JD DFS TK"
)
"""Initials of firms and public bodies."""

ALWAYS_NAMES: Final = _words(
    "google facebook whatsapp twitter instagram tiktok youtube linkedin snapchat ebay paypal tesco asda sainsbury's"
    " sainsburys morrisons waitrose lidl aldi argos ikea ryanair easyjet uber deliveroo trustpilot tripadvisor"
    " airbnb netflix spotify starbucks mcdonald's mcdonalds greggs costa's primark debenhams vodafone barclays"
    " natwest santander halifax lloyds hsbc zendesk salesforce hubspot microsoft android iphone ipad klarna monzo"
    " revolut evri hermes ticketmaster booking.com moneysupermarket checkatrade feefo capita serco ofcom ofgem ofwat"
    " ofsted acas surveymonkey mailchimp freshdesk servicenow powerpoint jira trello"
)
"""In lower case; names wherever they stand and however they are written."""

ENDS_A_NAME: Final = _words(
    "Ltd Ltd. Limited PLC plc Plc LLP Inc Inc. Bank Council University College Academy Trust Society Association"
    " Group Foundation Holdings Airlines Airways Railways Motors Stores Supermarkets Hotels Energy Insurance"
    " Hospital Ombudsman Institute Commission Authority Agency Housing Homes Dental Solicitors Partners Brothers"
    " Bros & Sons Club Inn"
)
"""Words that make the capitals before them a name."""

NOT_A_NAME: Final = _words(
    "I I'd I'm I've I'll January February March April May June July August September October November December"
    " Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mondays Tuesdays Wednesdays Thursdays Fridays"
    " Saturdays Sundays Christmas Easter Ramadan Eid Diwali Hanukkah Lent Halloween Black Cyber Boxing Mothers"
    " Mother's Father's Valentine's English Welsh Scottish Irish British French German Spanish Italian Polish"
    " Chinese Indian Romanian Portuguese Urdu Punjabi Arabic European American Bengali Turkish Greek Dutch Gaelic"
    " Asian African Caribbean England Wales Scotland Ireland Britain Northern North South East West Europe London"
    " Birmingham Manchester Leeds Liverpool Bristol Sheffield Newcastle Nottingham Leicester Cardiff Glasgow"
    " Edinburgh Belfast Swansea Midlands Yorkshire Cornwall Devon Kent France Germany Spain Poland Brexit Covid"
    " COVID Internet Web Wi-Fi Wifi Gantt Pareto Ishikawa Kaizen Lean Six Sigma Likert Maslow Net Promoter Score"
    " Chief Executive Managing Director Directors Manager Managers Head Heads Supervisor Officer Chair President"
    " Minister Governor Mayor Board Team Teams Leader Operations Sales Marketing Finance Accounts Human Resources"
    " Health Safety Data Protection Customer Customers Service Services Complaints Quality Assurance Department"
    " Reception Terms Conditions Charter Code Policy Act Acts Regulation Regulations Directive Bill Standard"
    " Standards Annex Appendix Part Section Chapter Table Figure Page Report Portfolio Project Plan Level Question"
    " Stage Step Phase Week Day One Two Three Four Five A B C D E F Sir Madam Mr Mrs Ms Miss Dr Mx Unit Practice"
    " Values Mission Vision Strategy Statement Handbook Desk Help Front Back Office Room Floor City Parliament"
    " Government State Crown Court Procedure Apprentice Assessor Employer Evidence"
    " First Second Third Class New Year Article Articles Observation Interview Discussion Professional Practical Works"
    " Gala Evening Morning Afternoon Night Duty Spring Summer Autumn Winter Grand Open Opening Sale Goods Rights"
    " Visitor Welcome Centre Shop Store Hotel Reservations Bookings Enquiries Returns Ukrainian Japanese Swedish Somali"
    " Teacher Nurse Driver Engineer Trainer Coach Tutor Receptionist Cashier Agent Adviser Advisor Buyer Owner"
    " Landlord Tenant Patient Guest Caller Colleague Supplier Volunteer Student Technician"
    " Syrian Nigerian Pakistani Lithuanian Bulgarian"
)
"""Days, feasts, places, languages, roles, methods, documents: capitals that name no organisation."""

TITLES: Final = _words("Mr Mrs Ms Miss Mx Dr Sir")
"""What stands before a person's name."""

ENDS_A_LAW: Final = _words(
    "Act Acts Regulation Regulations Directive Bill Order Code Charter Policy Rules Day Week Department"
)
"""What makes the capitals before it a law, a document of the house, or a day."""
