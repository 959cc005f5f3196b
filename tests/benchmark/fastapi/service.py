"""The service that the budgets compare with: FastAPI and psycopg, as one writes it by hand.

Each route asks one statement, the same one that the bare handler asks, and answers its rows. No token, no document. Told by
the environment:

DATABASE_URL  the PostgreSQL database, as libpq reads it
STATEMENTS    JSON: by the name of the route, {"sql": "… %s …", "values": ["…"]}

    uvicorn service:app --workers 2 --log-level warning
"""

import json
import os
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

STATEMENTS: dict[str, dict[str, Any]] = json.loads(os.environ["STATEMENTS"])

# As many connections for each worker as the service itself reads by. A single statement needs no transaction around it, and
# psycopg keeps it prepared once it was asked five times.
pool = AsyncConnectionPool(
    os.environ["DATABASE_URL"],
    min_size=8,
    max_size=8,
    open=False,
    kwargs={"autocommit": True, "row_factory": dict_row},
)


@asynccontextmanager
async def lifespan(_: FastAPI):
    async with pool:
        await pool.wait()
        yield


app = FastAPI(lifespan=lifespan, openapi_url=None)


async def rows(name: str) -> list[dict[str, Any]]:
    statement = STATEMENTS[name]
    async with pool.connection() as connection:
        cursor = await connection.execute(statement["sql"], statement["values"])
        return await cursor.fetchall()


@app.get("/organization")
async def organization():
    return await rows("organization")


@app.get("/scorecard")
async def scorecard():
    return await rows("scorecard")
