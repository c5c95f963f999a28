//! Lists of secrets, which leave nothing behind when they grow.
//!
//! A `Vec` that outgrows its buffer gives the old one back as it is, and `Zeroizing` overwrites the
//! last buffer alone. So lists of secrets have room for all of their elements from the start, or
//! grow by the functions here.
//!
//! What is overwritten is what our own code keeps on the heap. Copies on the stack and in registers
//! are out of reach, and so are those that blst, bls12_381 and halo2_proofs make for themselves.

use core::hint::black_box;

/// Overwrites all elements and empties the list.
pub fn forget<T: Copy + Default>(list: &mut Vec<T>) {
    list.fill(T::default());
    // The list goes on to where the compiler cannot see that nobody reads it.
    black_box(list.as_mut_slice());
    list.clear();
}

/// Makes room for `more` elements; a buffer that is outgrown is overwritten before it is given
/// back.
pub fn reserve<T: Copy + Default>(list: &mut Vec<T>, more: usize) {
    if list.capacity() - list.len() >= more {
        return;
    }
    let room = (2 * list.capacity()).max(list.len().saturating_add(more)).max(4);
    let mut larger = Vec::with_capacity(room);
    larger.extend_from_slice(list);
    core::mem::swap(list, &mut larger);
    forget(&mut larger);
}

/// Appends an element.
pub fn push<T: Copy + Default>(list: &mut Vec<T>, element: T) {
    reserve(list, 1);
    list.push(element);
}

/// Appends elements.
pub fn extend<T: Copy + Default>(list: &mut Vec<T>, elements: impl IntoIterator<Item = T>) {
    elements.into_iter().for_each(|element| push(list, element));
}

/// A list of as many results as the iterator has at most, in a buffer that does not grow: `collect`
/// into a `Result` begins with four elements, whatever the iterator says of itself.
///
/// # Errors
/// The first.
pub fn try_collect<T, E>(results: impl Iterator<Item = Result<T, E>>) -> Result<Vec<T>, E> {
    let (least, most) = results.size_hint();
    let mut list = Vec::with_capacity(most.unwrap_or(least));
    for result in results {
        list.push(result?);
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_grow_like_any_other() {
        let mut list = Vec::new();
        extend(&mut list, 0u8..100);
        reserve(&mut list, 1_000);
        assert!(list.capacity() >= 1_100);
        push(&mut list, 100);
        assert!(list.iter().copied().eq(0..=100));
    }

    #[test]
    fn results_are_collected_with_room_for_all_of_them_up_to_the_first_error() {
        let list = try_collect((0..100).map(Ok::<u8, ()>)).unwrap();
        assert_eq!((list.len(), list.capacity()), (100, 100));
        assert_eq!(
            try_collect([Ok(1), Err("no"), Err("later")].into_iter()),
            Err::<Vec<u8>, _>("no")
        );
    }
}
