//! Builds the flat tree in the order in which the parser finishes nodes, then turns it into preorder.
//!
//! Takes marks where nodes start and the kinds they turn out to have, gives [`Nodes`]. A node is written when it
//! is complete, after its children, so that an operator can take what was parsed as its left operand by
//! completing at the operand's mark. Knows nothing of the grammar.

use crate::kind::NodeKind;
use crate::tree::Nodes;

/// Where a node starts. It stays good after the node is complete: completing at it again wraps the node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    node: u32,
    token: u32,
}

impl Mark {
    /// The start of the file.
    pub(crate) const ROOT: Self = Self { node: 0, token: 0 };

    /// The index, in the output, of the first token of what starts here.
    pub(crate) fn token(self) -> u32 {
        self.token
    }
}

/// The nodes completed so far, children before parents.
#[derive(Default)]
pub(crate) struct Builder {
    nodes: Nodes,
    /// The height of each node's subtree, a leaf counting one.
    heights: Vec<u16>,
}

impl Builder {
    pub(crate) fn with_capacity(n_nodes: usize) -> Self {
        Self {
            nodes: Nodes {
                kinds: Vec::with_capacity(n_nodes),
                first_token: Vec::with_capacity(n_nodes),
                end_token: Vec::with_capacity(n_nodes),
                subtree_len: Vec::with_capacity(n_nodes),
            },
            heights: Vec::with_capacity(n_nodes),
        }
    }

    pub(crate) fn mark(&self, next_token: u32) -> Mark {
        Mark {
            node: self.len(),
            token: next_token,
        }
    }

    pub(crate) fn len(&self) -> u32 {
        self.nodes.kinds.len() as u32
    }

    /// Forgets the nodes completed since the builder had `len` nodes.
    pub(crate) fn truncate(&mut self, len: u32) {
        let len = len as usize;
        self.nodes.kinds.truncate(len);
        self.nodes.first_token.truncate(len);
        self.nodes.end_token.truncate(len);
        self.nodes.subtree_len.truncate(len);
        self.heights.truncate(len);
    }

    /// Completes the node at `mark`, whose children are what was completed since. `end_token` is the index after
    /// the last token consumed. Gives the height of the subtree.
    pub(crate) fn complete(&mut self, mark: Mark, kind: NodeKind, end_token: u32) -> u16 {
        let first_token = mark.token.min(end_token);
        let mut height = 0;
        let mut index = self.len();
        while index > mark.node {
            let child = index as usize - 1;
            height = height.max(self.heights[child]);
            index -= self.nodes.subtree_len[child];
        }
        let subtree_len = self.len() - mark.node + 1;
        self.nodes.kinds.push(kind);
        self.nodes.first_token.push(first_token);
        self.nodes.end_token.push(end_token);
        self.nodes.subtree_len.push(subtree_len);
        self.heights.push(height.saturating_add(1));
        height.saturating_add(1)
    }

    /// The kind of the node completed last.
    pub(crate) fn last_kind(&self) -> Option<NodeKind> {
        self.nodes.kinds.last().copied()
    }

    /// The nodes in preorder. The last node completed is the root.
    pub(crate) fn finish(self) -> Nodes {
        let n_nodes = self.nodes.kinds.len();
        let mut preorder = Nodes {
            kinds: vec![NodeKind::Error; n_nodes],
            first_token: vec![0; n_nodes],
            end_token: vec![0; n_nodes],
            subtree_len: vec![0; n_nodes],
        };
        // Backwards through postorder, ancestors come before descendants, so that the open subtrees are a stack
        // of where they start; a node's place in preorder is where its subtree starts in postorder plus its depth.
        let mut open_starts: Vec<usize> = Vec::new();
        for index in (0..n_nodes).rev() {
            while open_starts.pop_if(|start| index < *start).is_some() {}
            let start = index + 1 - self.nodes.subtree_len[index] as usize;
            let place = start + open_starts.len();
            preorder.kinds[place] = self.nodes.kinds[index];
            preorder.first_token[place] = self.nodes.first_token[index];
            preorder.end_token[place] = self.nodes.end_token[index];
            preorder.subtree_len[place] = self.nodes.subtree_len[index];
            open_starts.push(start);
        }
        preorder
    }
}
