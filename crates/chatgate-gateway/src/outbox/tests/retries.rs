//! What is tried again, when, and what is given up.

use super::*;

#[tokio::test]
async fn a_message_is_posted_once_and_its_id_kept() {
    let mut bench = Bench::new();
    let message = bench.post("c", "one").await;
    assert_eq!(bench.open(), 1);
    bench.run().await;
    assert_eq!(bench.calls(), ["post c one"]);
    assert_eq!(bench.posted(message).await.unwrap().id.unwrap().as_str(), "one");
    assert_eq!(bench.audit().await, ["message.delivered"]);
    assert_eq!(bench.open(), 0);
}

#[tokio::test]
async fn nothing_is_sent_before_the_platform_allows_it() {
    let mut bench = Bench::new();
    bench.tell("post c one", [after(30)]);
    bench.run().await;
    bench.post("c", "one").await;
    bench.settle().await;
    // The same operation elsewhere waits, too: the platform counts them together.
    bench.post("d", "two").await;
    bench.pass(29).await;
    assert_eq!(bench.calls(), ["post c one"]);
    assert_eq!(bench.open(), 2);
    bench.pass(1).await;
    assert_eq!(bench.seconds("post c one"), [0, 30]);
    assert_eq!(bench.seconds("post d two"), [30]);
    assert_eq!(bench.open(), 0);
}

#[tokio::test]
async fn what_a_rate_holds_back_was_not_tried() {
    let mut bench = Bench::new();
    *bench.fake.can.lock().unwrap() = Arc::new(rate(10));
    for text in ["one", "two", "three"] {
        bench.post("c", text).await;
    }
    bench.run().await;
    bench.pass(25).await;
    assert_eq!(bench.seconds("post c one"), [0]);
    assert_eq!(bench.seconds("post c two"), [10]);
    assert_eq!(bench.seconds("post c three"), [20]);
    // Not one of them was looked up: being held back is no crash.
    assert_eq!(bench.calls().len(), 3);
}

#[tokio::test]
async fn a_wait_shorter_than_a_second_stays_short() {
    let mut bench = Bench::new();
    let wait = Duration::from_millis(20);
    bench.tell("post c one", [fails(Retry::After(wait))]);
    bench.post("c", "one").await;
    bench.run().await;
    bench.clock.advance(wait);
    bench.settle().await;
    assert_eq!(bench.calls().len(), 2);
}

#[tokio::test]
async fn what_failed_safely_is_tried_with_growing_waits() {
    let mut bench = Bench::new();
    bench.tell("post c one", (0..4).map(|_| fails(Retry::Safe)));
    bench.post("c", "one").await;
    bench.run().await;
    bench.pass(20).await;
    assert_eq!(bench.seconds("post c one"), [0, 1, 3, 7, 15]);
}

#[tokio::test]
async fn what_fails_for_good_is_given_up_and_recorded_without_its_text() {
    let mut bench = Bench::new();
    let error = Error::new(ErrorKind::NotFound).with_code("channel_not_found");
    bench.tell("post c secret words", [Act::Fail(error)]);
    bench.post("c", "secret words").await;
    bench.run().await;
    let records = bench.store.scan(Query::of(Query::AUDIT)).await.unwrap();
    let text = String::from_utf8(records[0].value.to_vec()).unwrap();
    assert!(text.contains(r#""type":"message.dead""#), "{text}");
    assert!(text.contains(r#""kind":"not_found""#), "{text}");
    assert!(text.contains(r#""code":"channel_not_found""#), "{text}");
    assert!(!text.contains("secret words"), "{text}");
    assert_eq!(bench.open(), 0);
}

#[tokio::test]
async fn what_fails_for_a_day_is_given_up() {
    let mut bench = Bench::new();
    bench.tell("post c one", [fails(Retry::Safe), fails(Retry::Safe)]);
    bench.post("c", "one").await;
    bench.run().await;
    bench.clock.advance(bench.limits.retry_for);
    bench.settle().await;
    assert_eq!(bench.audit().await, ["message.dead too_old"]);
}

#[tokio::test]
async fn without_its_adapter_a_message_waits() {
    let mut bench = Bench::new();
    let key = bench.engine.new_message();
    let mut operation = post(key, "c", "one");
    if let Operation::Post { place, .. } = &mut operation {
        *place = Place::new(AdapterId::parse("other").unwrap(), "w", "c");
    }
    bench.queue(EntryId::from(key.as_u128()), operation, Priority::Answer).await;
    bench.run().await;
    bench.pass(10).await;
    assert_eq!(bench.open(), 1);
    assert!(bench.audit().await.is_empty());
}

#[tokio::test]
async fn a_reply_handle_is_used_until_it_ends() {
    let mut bench = Bench::new();
    let ends = START + Duration::from_secs(10);
    let reply = ReplyHandle::new("response_url", "https://secret", ends);
    for text in ["one", "two"] {
        let key = bench.engine.new_message();
        let entry = EntryId::from(key.as_u128());
        let row = Row::new(post(key, "c", text), bench.engine.now());
        let row = row.via(Some(&reply), &entry.to_string(), &bench.engine.seals).unwrap();
        let batch = enqueue(Batch::new(), row, entry, Priority::Answer).unwrap();
        bench.engine.commit(batch).await.unwrap();
    }
    *bench.fake.can.lock().unwrap() = Arc::new(rate(20));
    bench.run().await;
    bench.pass(20).await;
    assert_eq!(bench.calls(), ["post c one via", "post c two"]);
}

#[tokio::test]
async fn an_uploaded_file_is_kept_by_our_name() {
    let mut bench = Bench::new();
    let operation = upload(&bench.engine, "c");
    let Operation::Upload { file, .. } = &operation else { unreachable!() };
    let key = chatgate_core::Key::new("file", file.to_string());
    bench.tell("upload c", [Act::Give(Receipt::Uploaded("F1".into()))]);
    bench.queue_operation(operation).await;
    bench.run().await;
    let record = bench.store.get(&key).await.unwrap().unwrap();
    assert_eq!(stored::read::<String>(&record.value).unwrap(), "F1");
}

#[test]
fn what_names_no_adapter_is_refused_before_it_is_promised() {
    let native = Operation::Native { method: "m".into(), body: Value::Null };
    let row = Row::new(native, START);
    let refused = enqueue(Batch::new(), row, EntryId::from(1), Priority::Answer).unwrap_err();
    assert!(refused.is_unsupported());
}
