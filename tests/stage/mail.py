"""The stage's mail server: STARTTLS, then a login, then mail is taken and counted.

mail.py PORT CERTIFICATE KEY NAME [--no-starttls] [--refuse] [--full]
"""

import asyncio
import ssl
import sys

from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

port, certificate, key, name, *faults = sys.argv[1:]


class Mail(Sink):
    async def handle_RCPT(self, server, session, envelope, address, options):
        if "--refuse" in faults:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        return "452 4.2.2 the disk is full" if "--full" in faults else "250 2.0.0 queued as STAGE1"


def login(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and data == LoginPassword(b"hub", b"stage-mail-5521")
    return AuthResult(success=right, handled=False)


def served():
    context = None
    if "--no-starttls" not in faults:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    return SMTP(
        Mail(),
        hostname=name,
        ident="ESMTP stage",
        tls_context=context,
        authenticator=login,
        auth_require_tls=context is not None,
    )


async def main():
    server = await asyncio.get_running_loop().create_server(served, "127.0.0.1", int(port))
    await server.serve_forever()


asyncio.run(main())
