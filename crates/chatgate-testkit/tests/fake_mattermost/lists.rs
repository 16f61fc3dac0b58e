//! Lists of posts.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::client::get;
use crate::{advance, made, replied};

/// The ids in the order of a list, newest first.
fn order(list: &Value) -> Vec<String> {
    let ids = list["order"].as_array().unwrap();
    ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

fn ops(query: &str) -> String {
    format!("channels/ops11111111111111111111111/posts?{query}")
}

#[tokio::test]
async fn a_list_by_time_has_any_thousand_of_more() {
    let fake = made().await;
    let mut said = Vec::new();
    for number in 0..1_200 {
        said.push(fake.say("alice", "ops", &format!("post {number}")).await.unwrap());
        if number == 999 {
            let list = get(&fake, "opsbot", &ops("since=1")).await.body;
            assert_eq!(order(&list).len(), 1_000);
        }
    }
    let list = order(&get(&fake, "opsbot", &ops("since=1&per_page=5")).await.body);
    let ids: BTreeSet<_> = list.iter().collect();
    assert_eq!((list.len(), ids.len()), (1_000, 1_000));
    // Neither the oldest nor the newest can be relied on.
    assert!(said[..1_000].iter().any(|id| !ids.contains(id)));
    assert!(said[200..].iter().any(|id| !ids.contains(id)));
    // What there is of it is in order all the same.
    let newest_first: Vec<_> = said.iter().rev().filter(|id| ids.contains(id)).cloned().collect();
    assert_eq!(list, newest_first);
}

#[tokio::test]
async fn a_list_by_the_time_0_is_a_page() {
    let fake = made().await;
    for number in 0..70 {
        fake.say("alice", "ops", &format!("post {number}")).await.unwrap();
    }
    assert_eq!(order(&get(&fake, "opsbot", &ops("since=0")).await.body).len(), 60);
    assert_eq!(get(&fake, "opsbot", &ops("since=yesterday")).await.status, 400);
}

#[tokio::test]
async fn pages_go_on_before_and_after_a_post() {
    let fake = made().await;
    let mut said = Vec::new();
    for number in 0..7 {
        advance(&fake, 1).await;
        said.push(fake.say("alice", "ops", &format!("post {number}")).await.unwrap());
    }
    let page = async |query: String| {
        let list = get(&fake, "opsbot", &ops(&query)).await.body;
        let place = |id: String| said.iter().position(|said| *said == id).unwrap();
        order(&list).into_iter().map(place).collect::<Vec<_>>()
    };
    let (first, last) = (&said[0], &said[6]);
    assert_eq!(page(format!("before={last}&per_page=2")).await, [5, 4]);
    assert_eq!(page(format!("before={last}&per_page=2&page=2")).await, [1, 0]);
    assert_eq!(page(format!("after={first}&per_page=2")).await, [2, 1]);
    assert_eq!(page(format!("after={first}&per_page=2&page=1")).await, [4, 3]);
    assert_eq!(page("per_page=3&page=1".to_owned()).await, [3, 2, 1]);
}

#[tokio::test]
async fn a_thread_has_its_page_from_the_root_on_and_says_whether_there_is_more() {
    let fake = made().await;
    let root = fake.say("alice", "ops", "root").await.unwrap();
    for number in 0..4 {
        advance(&fake, 1).await;
        replied(&fake, &root, &format!("reply {number}")).await;
    }
    let thread =
        async |query: &str| get(&fake, "opsbot", &format!("posts/{root}/thread{query}")).await;
    let whole = thread("").await.body;
    assert_eq!((order(&whole).len(), &whole["has_next"]), (5, &false.into()));
    let page = thread("?perPage=3").await.body;
    assert_eq!((order(&page).len(), &page["has_next"]), (3, &true.into()));
    assert_eq!(order(&page)[2], root);
    assert_eq!(thread("?perPage=201").await.refusal().0, 400);
}

#[tokio::test]
async fn the_root_of_a_listed_reply_comes_along_unlisted() {
    let fake = made().await;
    let root = fake.say("alice", "ops", "root").await.unwrap();
    advance(&fake, 1).await;
    fake.say("alice", "ops", "between").await.unwrap();
    advance(&fake, 1).await;
    let reply = replied(&fake, &root, "reply").await;
    let list = get(&fake, "opsbot", &ops("per_page=1")).await.body;
    assert_eq!(order(&list), [reply]);
    assert_eq!(list["posts"][&root]["message"], "root");
}
