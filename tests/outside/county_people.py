"""A small county's people for tests: townships, villages with cards, responsible persons and their deputies."""

COUNTY = "990121"


def put(client, path, body):
    answer = client.put(path, body)
    assert answer.status in (200, 201), answer
    return answer


def county(client, villages=90, per_township=15):
    """Persons and cards of `villages` villages; the codes of the villages. Every village has a responsible person
    with one deputy, but the last one, for which nobody is named."""
    codes = []
    put(client, "/api/v1/organizations/GOV", {"name": "县应急管理局", "kind": "department"})
    for number in range(villages):
        township = f"{COUNTY}.{COUNTY}{number // per_township + 1:03}"
        code = f"{township}.{COUNTY}{number // per_township + 1:03}{number % per_township + 201:03}"
        person, deputy = f"P{number:03}", f"P{number:03}B"
        put(client, f"/api/v1/persons/{person}",
            {"name": f"张{number:03}", "mobile": f"1380000{number:04}", "title": "村支书", "area": code,
             "deputies": [deputy]})
        put(client, f"/api/v1/persons/{deputy}",
            {"name": f"李{number:03}", "mobile": f"1390000{number:04}", "title": "村主任", "area": code})
        named = number < villages - 1
        put(client, f"/api/v1/areas/{code}",
            {"name": f"第{number}村", "level": "village", "population": 500 + number,
             "responsible": [{"function": "村支书", "person": person}] if named else []})
        codes.append(code)
    return codes
