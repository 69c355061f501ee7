package decision

// ValueOf takes apart what a point of a curve is named by.
var ValueOf = valueOf
