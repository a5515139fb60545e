// SPDX-License-Identifier: Apache-2.0
package io.nltap.netlink;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packages = "io.nltap.netlink", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule IS_PURE = classes()
            .that()
            .doNotHaveFullyQualifiedName("io.nltap.netlink.decode.TableFiles") // reads its tables from the class path
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.nltap.netlink..",
                    "java.lang..",
                    "java.nio",
                    "java.nio.charset",
                    "java.util",
                    "java.util.function",
                    "java.util.stream",
                    "org.jspecify.annotations")
            .because("bytes go in and values come out: files, clocks, logs and Kubernetes are for others");

    @ArchTest
    static final ArchRule HAS_NO_CLOCK = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .because("times are in the captures");

    @ArchTest
    static final ArchRule ROOMS_DO_NOT_KNOW_EACH_OTHER_IN_CIRCLES =
            slices().matching("io.nltap.netlink.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule HAS_NO_STREAMS = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_IT_DOES = noClasses()
            .should()
            .haveNameMatching(".*(Utils?|Helper|Manager)")
            .because("a class of that name has no job of its own: say what it does");

    @ArchTest
    static final ArchRule NULLS_ARE_MARKED = classes().should(new ArchCondition<>("be in a @NullMarked package") {
        @Override
        public void check(JavaClass each, ConditionEvents events) {
            if (!each.getPackage().isAnnotatedWith(NullMarked.class)) {
                events.add(SimpleConditionEvent.violated(
                        each, each.getPackageName() + " has no package-info.java with @NullMarked"));
            }
        }
    });
}
