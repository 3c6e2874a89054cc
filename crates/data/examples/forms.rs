//! tmp
#![allow(missing_docs)]
fn main() {
    for path in std::env::args().skip(1) {
        let name = path.rsplit('/').next().unwrap().to_owned();
        match data::ReadOptions::default().scan(&path) {
            Err(e) => println!("{name}\n   REFUSED {}", e.problem),
            Ok(s) => {
                println!("{name}");
                for p in &s.problems {
                    println!("   PROBLEM {p}");
                }
                if let Some(set) = &s.set {
                    let classes = set.labels().map(|l| {
                        (l.names().len(), l.names().iter().take(3).cloned().collect::<Vec<_>>())
                    });
                    println!(
                        "   {} rows {} {:?} ids {:?} sum {}",
                        set.rows(),
                        set.size(),
                        classes,
                        set.ids().map(|i| (i.name.clone(), i.of_rows[0].clone())),
                        set.images().flatten().map(|p| u64::from(*p)).sum::<u64>()
                    );
                }
                println!("   {}", s.form);
            }
        }
    }
}
