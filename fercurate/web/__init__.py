"""The review page: a server for one person on this machine, and what the browser runs.

Starlette and uvicorn are the extra ``fercurate[review]``; nothing else imports this package.

security   who may ask: token, cookie, host, origin; and the headers of every answer
pictures   stored pictures as PNG, from our own decoder
routes     what the page asks for, by address
server     a socket on this machine, and the server that runs on it
assets/    the page: HTML, one style sheet, plain ES modules
"""
