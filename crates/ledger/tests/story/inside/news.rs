//! How news are read.

use jiff::Timestamp;
use ledger::args;
use ledger::tested::news;
use ledger::testing::{Clock, sqlite};

#[tokio::test]
async fn the_day_is_not_walked_past() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = sqlite(folder.path(), &Clock::at("2026-03-02T08:00:00Z")).await;
    let mut tx = ledger.read().await.unwrap();
    let since: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    let (sql, most) = news();
    let plan = tx.rows(sqlx::AssertSqlSafe(format!("explain query plan {sql}")), args![since, most]).await.unwrap();
    let plan: Vec<String> = plan.iter().map(|row| row.text("detail").unwrap()).collect();
    assert_eq!(plan, ["SEARCH event USING INDEX event_news (at>?)"]);
}
