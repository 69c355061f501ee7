package errgroup_test

func removePrograms() {}
