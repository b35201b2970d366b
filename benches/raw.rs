use std::time::Instant;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    let length = bytes.len();
    bytes.resize(length + 64, 0);
    let schema: serde_json::Value = serde_json::from_str(callcheck::schema::EMBEDDED).unwrap();
    let mut acceptor = callcheck::schema::Acceptor::compile(&schema, "");
    for _ in 0..5 {
        let t = Instant::now();
        let end = acceptor.accept(&bytes, 0);
        let s = t.elapsed().as_secs_f64();
        println!("{end:?} of {length}: {:.3} s {:.2} GB/s", s, length as f64 / s / 1e9);
    }
}
