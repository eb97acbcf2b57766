"""`/api/v2/…`: as much of the Management API as it takes to set a tenant up, and to watch it.

Its errors have a shape of their own (statusCode, error, message, errorCode).
"""

from __future__ import annotations

from ...http.routing import Route
from . import applications, emails, guardian, logs, settings, users

routes = [
    Route("/api/v2/guardian/factors", guardian.list_factors, methods=["GET"]),
    Route("/api/v2/guardian/factors/{name}", guardian.switch_factor, methods=["PUT"]),
    Route("/api/v2/guardian/policies", guardian.read_policies, methods=["GET"]),
    Route("/api/v2/guardian/policies", guardian.set_policies, methods=["PUT"]),
    Route("/api/v2/clients", applications.list_clients, methods=["GET"]),
    Route("/api/v2/clients/{id}", applications.read_client, methods=["GET"]),
    Route("/api/v2/clients/{id}", applications.change_client, methods=["PATCH"]),
    Route("/api/v2/clients/{id}/credentials", applications.add_credential, methods=["POST"]),
    Route("/api/v2/resource-servers", applications.list_apis, methods=["GET"]),
    Route("/api/v2/resource-servers", applications.add_api, methods=["POST"]),
    Route("/api/v2/resource-servers/{id:path}", applications.read_api, methods=["GET"]),
    Route("/api/v2/resource-servers/{id:path}", applications.change_api, methods=["PATCH"]),
    Route("/api/v2/resource-servers/{id:path}", applications.remove_api, methods=["DELETE"]),
    Route("/api/v2/users", users.add_user, methods=["POST"]),
    Route("/api/v2/users-by-email", users.by_email, methods=["GET"]),
    Route("/api/v2/users/{id}", users.read_user, methods=["GET"]),
    Route("/api/v2/users/{id}", users.change_user, methods=["PATCH"]),
    Route("/api/v2/user-blocks/{id}", users.unblock, methods=["DELETE"]),
    Route("/api/v2/users/{id}/authentication-methods", users.list_methods, methods=["GET"]),
    Route("/api/v2/users/{id}/authentication-methods", users.add_method, methods=["POST"]),
    Route("/api/v2/users/{id}/authentication-methods", users.remove_methods, methods=["DELETE"]),
    Route("/api/v2/users/{id}/authentication-methods/{method}", users.remove_method, methods=["DELETE"]),
    Route("/api/v2/users/{id}/authenticators", users.remove_enrollments, methods=["DELETE"]),
    Route("/api/v2/users/{id}/recovery-code-regeneration", users.regenerate_recovery_code, methods=["POST"]),
    Route("/api/v2/emails/provider", emails.read_provider, methods=["GET"]),
    Route("/api/v2/emails/provider", emails.add_provider, methods=["POST"]),
    Route("/api/v2/emails/provider", emails.change_provider, methods=["PATCH"]),
    Route("/api/v2/email-templates", emails.add_template, methods=["POST"]),
    Route("/api/v2/email-templates/{name}", emails.read_template, methods=["GET"]),
    Route("/api/v2/email-templates/{name}", emails.replace_template, methods=["PUT"]),
    Route("/api/v2/email-templates/{name}", emails.change_template, methods=["PATCH"]),
    Route("/api/v2/tenants/settings", settings.read, methods=["GET"]),
    Route("/api/v2/tenants/settings", settings.change, methods=["PATCH"]),
    Route("/api/v2/logs", logs.search, methods=["GET"]),
    Route("/api/v2/logs/{id}", logs.read, methods=["GET"]),
]
