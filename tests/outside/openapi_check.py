"""Holds answers against the served description of the API: JSON Schema 2020-12 as far as the description uses it."""
import datetime
import re

_TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
    "number": (int, float), "integer": int,
}


def _has_type(value, name):
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


class Description:
    def __init__(self, document):
        self.document = document
        self.operations = []  # (method, path, operation)
        for path, item in document["paths"].items():
            for method, operation in item.items():
                self.operations.append((method.upper(), path, operation))
        self._patterns = [
            (method, re.compile("^" + re.sub(r"\\{[a-z_]+\\}", "[^/]+", re.escape(path)) + "$"), path, operation)
            for method, path, operation in self.operations
        ]

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def operation(self, method, path):
        method = "GET" if method == "HEAD" else method
        for known, pattern, template, operation in self._patterns:
            if known == method and pattern.match(path):
                return template, operation
        return None, None

    def wrong_with_answer(self, method, path, status, content_type, body):
        """What does not fit the description, as a list of sentences; body is the parsed JSON or None."""
        _, operation = self.operation(method, path)
        if operation is None:
            return [] if status in (404, 405, 400) else [f"{method} {path} is not described but gave {status}"]
        response = operation["responses"].get(str(status))
        if response is None:
            return [f"{method} {path}: status {status} is not described"]
        content = self.resolve(response).get("content", {})
        media = content_type.split(";")[0].strip()
        if media not in content:
            return [f"{method} {path}: {status} came as {media}, described are {sorted(content)}"]
        if body is None or method == "HEAD":
            return []
        return [f"{method} {path} {status}: {e}" for e in self.errors(body, content[media]["schema"])]

    def errors(self, value, schema, at="$"):
        schema = self.resolve(schema)
        found = []
        for union in ("anyOf", "oneOf"):
            if union in schema:
                tries = [self.errors(value, choice, at) for choice in schema[union]]
                fits = sum(1 for t in tries if not t)
                if fits == 0 or (union == "oneOf" and fits != 1):
                    shortest = min((t for t in tries if t), key=len, default=[f"{at}: fits {fits} of {union}"])
                    found += shortest
        if "type" in schema:
            names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
            if not any(_has_type(value, n) for n in names):
                return found + [f"{at}: {value!r} is no {'/'.join(names)}"]
        if "const" in schema and value != schema["const"]:
            found.append(f"{at}: {value!r} is not {schema['const']!r}")
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{at}: {value!r} is none of {schema['enum']}")
        if isinstance(value, str):
            found += self._string_errors(value, schema, at)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if "minimum" in schema and value < schema["minimum"]:
                found.append(f"{at}: {value} is below {schema['minimum']}")
            if "maximum" in schema and value > schema["maximum"]:
                found.append(f"{at}: {value} is above {schema['maximum']}")
        if isinstance(value, list):
            if len(value) < schema.get("minItems", 0) or len(value) > schema.get("maxItems", len(value)):
                found.append(f"{at}: {len(value)} items")
            for i, item in enumerate(value):
                found += self.errors(item, schema.get("items", {}), f"{at}/{i}")
        if isinstance(value, dict):
            found += self._object_errors(value, schema, at)
        return found

    @staticmethod
    def _string_errors(value, schema, at):
        found = []
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{at}: {value!r} does not fit {schema['pattern']}")
        if len(value) < schema.get("minLength", 0) or len(value) > schema.get("maxLength", len(value)):
            found.append(f"{at}: length {len(value)}")
        if schema.get("format") == "date-time":
            try:
                moment = datetime.datetime.fromisoformat(value)
                if moment.tzinfo is None:
                    found.append(f"{at}: {value!r} has no offset")
            except ValueError:
                found.append(f"{at}: {value!r} is no time")
        return found

    def _object_errors(self, value, schema, at):
        found = [f"{at}: {name} is missing" for name in schema.get("required", []) if name not in value]
        properties = schema.get("properties", {})
        rest = schema.get("additionalProperties", True)
        for name, member in value.items():
            if name in properties:
                found += self.errors(member, properties[name], f"{at}/{name}")
            elif rest is False:
                found.append(f"{at}: {name} is not described")
            elif isinstance(rest, dict):
                found += self.errors(member, rest, f"{at}/{name}")
        return found
