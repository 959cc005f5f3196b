//! The base of single requests: a bare actix handler that asks one statement through the same door to the database and
//! answers its rows. No token, no middleware, no document. It runs in a process of its own, as the service does.

use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use danvan::platform::config::{DatabaseConfig, DatabaseUrl};
use danvan::platform::{Clock, Db};
use diesel::sql_types::{BigInt, Date, Integer, Nullable, Text, Timestamp};
use serde::Serialize;

use super::contract::Ask;
use super::queries::statement;

/// Columns with their SQL types, which serde answers as they are.
macro_rules! row {
    ($name:ident { $($field:ident: $sql:ty => $type:ty,)* }) => {
        #[derive(diesel::QueryableByName, Serialize)]
        struct $name {
            $(#[diesel(sql_type = $sql)] $field: $type,)*
        }
    };
}

row!(Organization {
    id: BigInt => i64,
    code: Text => String,
    version: BigInt => i64,
    valid_from: Date => chrono::NaiveDate,
    valid_to: Date => chrono::NaiveDate,
    name: Text => String,
    short_name: Nullable<Text> => Option<String>,
    kind: Text => String,
    parent_id: Nullable<BigInt> => Option<i64>,
    updated_at: Timestamp => chrono::NaiveDateTime,
    parent: Nullable<Text> => Option<String>,
    other_code: Text => String,
    code_from: Date => chrono::NaiveDate,
    code_to: Date => chrono::NaiveDate,
});

row!(Line {
    id: BigInt => i64,
    organization: Text => String,
    kpi: Nullable<Text> => Option<String>,
    definition: Nullable<Text> => Option<String>,
    valid_to: Nullable<Date> => Option<chrono::NaiveDate>,
    percent: Nullable<BigInt> => Option<i64>,
    numerator: Nullable<BigInt> => Option<i64>,
    denominator: Nullable<BigInt> => Option<i64>,
    status: Nullable<Text> => Option<String>,
    target: Nullable<BigInt> => Option<i64>,
});

/// A year of a counter, with a column for each half month.
macro_rules! year {
    ($($half:ident),*) => {
        row!(Halves {
            root: BigInt => i64,
            since: Date => chrono::NaiveDate,
            until: Date => chrono::NaiveDate,
            counter: Text => String,
            year: Integer => i32,
            $($half: BigInt => i64,)*
        });
    };
}
year!(
    h01, h02, h03, h04, h05, h06, h07, h08, h09, h10, h11, h12, h13, h14, h15, h16, h17, h18, h19, h20, h21,
    h22, h23, h24
);

async fn answer(db: Data<Db>, ask: Ask) -> HttpResponse {
    let rows = db
        .read(move |conn| {
            let sql = statement(ask).sql();
            Ok(match ask {
                Ask::Organization => serde_json::to_vec(&sql.rows::<Organization>(conn)?),
                Ask::Scorecard => serde_json::to_vec(&sql.rows::<Line>(conn)?),
                Ask::DepartmentMonths | Ask::ProvinceYear => serde_json::to_vec(&sql.rows::<Halves>(conn)?),
            })
        })
        .await;
    match rows {
        Ok(Ok(body)) => HttpResponse::Ok().content_type("application/json").body(body),
        Ok(Err(fault)) => HttpResponse::InternalServerError().body(fault.to_string()),
        Err(fault) => HttpResponse::InternalServerError().body(format!("{fault:?}")),
    }
}

/// Serves until it is ended. Says where on standard error, as the service does.
pub fn serve(url: &str) {
    let url: DatabaseUrl = url.parse().expect("a database's URL");
    // The settings of a service that was told nothing.
    let config = DatabaseConfig {
        url,
        pool_size: 8,
        answers: 0,
        patience: std::time::Duration::from_secs(1),
        migrate: false,
    };
    let db = Data::new(Db::new(&config, Clock::system()));
    actix_web::rt::System::new()
        .block_on(async move {
            let server = HttpServer::new(move || {
                Ask::ALL.into_iter().fold(App::new().app_data(db.clone()), |app, ask| {
                    let handler = web::get().to(move |db: Data<Db>| answer(db, ask));
                    app.route(&format!("/{}", ask.name()), handler)
                })
            })
            .bind("127.0.0.1:0")?;
            eprintln!("listening on {}", server.addrs()[0]);
            server.run().await
        })
        .unwrap();
}
